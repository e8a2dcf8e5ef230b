package dev.rowhound.queue.result;

import dev.rowhound.job.ItemError;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.Row;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row with its state and result.
 *
 * @param row the row as uploaded
 * @param state its state; for a repeated key, that of the key's first row
 * @param error why it has no answer, or null
 * @param attempts how often it was attempted; 0 without a result
 * @param visit what its last attempt visited, as far as that is stored, or null
 * @param evidence the files of its last attempt
 * @param question the open question, as in its event, or null; null for a repeated key
 */
public record ItemView(
        Row row,
        ItemState state,
        JsonObject fields,
        @Nullable ItemError error,
        int attempts,
        @Nullable JsonObject visit,
        List<EvidenceFiles.StoredFile> evidence,
        @Nullable JsonObject question) {

    public ItemView(Row row, ItemState state, JsonObject fields, @Nullable ItemError error, int attempts) {
        this(row, state, fields, error, attempts, null, List.of(), null);
    }
}
