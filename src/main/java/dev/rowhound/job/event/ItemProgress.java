package dev.rowhound.job.event;

import io.vertx.core.json.JsonObject;

/**
 * How far an attempt at an item is. Watchers of its job are told while it lasts; it has no number, so it is no part of
 * the job's sequence, and nobody keeps it.
 *
 * @param percent 0 to 100
 * @param word what is being done, for a person
 */
public record ItemProgress(String job, int row, String key, int percent, String word) {
    /** The type on the wire. */
    public static final String TYPE = "item.progress";

    private static final int VERSION = 1;

    /** The wire form. */
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
