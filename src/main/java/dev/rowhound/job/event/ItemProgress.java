package dev.rowhound.job.event;

import io.vertx.core.json.JsonObject;

/**
 * The progress of an attempt, sent to the job's live watchers only: it has no sequence number and is not stored.
 *
 * @param percent 0 to 100
 * @param word the current activity, for a person
 */
public record ItemProgress(String job, int row, String key, int percent, String word) {
    /** The event type on the wire. */
    public static final String TYPE = "item.progress";

    private static final int VERSION = 1;

    public JsonObject toJson() {
        return new JsonObject()
                .put("v", VERSION)
                .put("type", TYPE)
                .put("job", job)
                .put("row", row)
                .put("key", key)
                .put("percent", percent)
                .put("word", word);
    }
}
