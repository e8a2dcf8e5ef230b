package dev.rowhound.queue.result;

import dev.rowhound.job.ItemError;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.Row;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row with what is known of it.
 *
 * @param row the row as it came
 * @param state where it stands; of a repeated key, where the key's first row stands
 * @param fields the extracted fields by name
 * @param error why it was not answered, or null
 * @param attempts how often it was tried; 0 where nothing has come of it so far
 * @param visit where its last attempt got to, as far as that was kept, or null
 * @param evidence what its last attempt has left to look at
 * @param question what a person is asked, as its event tells it, or null; not of a row that repeats a key
 */
public record ItemView(
        Row row,
        ItemState state,
        JsonObject fields,
        @Nullable ItemError error,
        int attempts,
        @Nullable JsonObject visit,
        List<EvidenceFiles.Kept> evidence,
        @Nullable JsonObject question) {

    /** One of which there is no more to tell. */
    public ItemView(Row row, ItemState state, JsonObject fields, @Nullable ItemError error, int attempts) {
        this(row, state, fields, error, attempts, null, List.of(), null);
    }
}
