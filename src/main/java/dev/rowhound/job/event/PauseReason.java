package dev.rowhound.job.event;

import io.vertx.core.json.JsonObject;

/**
 * Why a job is paused. The store holds {@code user}, {@code sample:<rows>} or {@code blocked:<rows>}, or JSON if a node
 * paused the job.
 */
public final class PauseReason {
    private PauseReason() {}

    /** Encodes a node's reason for the store. */
    public static String encode(String code, String message) {
        return json(code, message).encode();
    }

    /** Returns the wire form of a stored reason. */
    public static JsonObject toJson(String stored) {
        if (stored.startsWith("{")) {
            return new JsonObject(stored);
        }
        int colon = stored.indexOf(':');
        String code = colon < 0 ? stored : stored.substring(0, colon);
        String rows = stored.substring(colon + 1);
        return json(
                code,
                switch (code) {
                    case "user" -> "the job was paused by its owner";
                    case "sample" -> "the sample of " + rows + " rows is done; resume the job for the rest";
                    case "blocked" ->
                        "the site has refused " + rows
                                + " consecutive rows; resume the job when the site accepts requests again";
                    default -> "the job is paused";
                });
    }

    private static JsonObject json(String code, String message) {
        return new JsonObject().put("code", code).put("message", message);
    }
}
