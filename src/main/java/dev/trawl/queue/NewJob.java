package dev.trawl.queue;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a job is opened with.
 *
 * @param id a UUID
 * @param user whose job it is
 * @param recipe the recipe's document, kept with the job so that a later version does not change it
 * @param recipeName the recipe's name
 * @param recipeVersion the recipe's version
 * @param fields the names of the recipe's fields, in order
 * @param file the uploaded file's name
 * @param columns the names of the input's columns, in order
 * @param keyColumn which of them is looked up, from 0
 * @param fingerprint a digest of everything about the upload that is known before its rows; another upload of the
 *     same id must have the same
 * @param ttl how long the job is kept after its end
 * @param schedule the schedule whose fire this job is, or null
 */
public record NewJob(
        String id,
        String user,
        JsonObject recipe,
        String recipeName,
        int recipeVersion,
        List<String> fields,
        String file,
        List<String> columns,
        int keyColumn,
        String fingerprint,
        Duration ttl,
        @Nullable String schedule) {}
