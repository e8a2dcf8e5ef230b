package dev.trawl.queue;

import dev.trawl.job.ItemError;
import dev.trawl.job.ItemState;
import dev.trawl.job.Row;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A row with what is known of it.
 *
 * @param row the row as it came
 * @param state where it stands; of a repeated key, where the key's first row stands
 * @param fields the extracted fields by name
 * @param error why it was not answered, or null
 * @param attempts how often it was tried; 0 where nothing has come of it so far
 */
public record ItemView(
        Row row,
        ItemState state,
        JsonObject fields,
        @Nullable ItemError error,
        int attempts) {}
