package dev.rowhound.job.event;

import io.vertx.core.json.JsonObject;

/**
 * Why a job is paused. The store keeps {@code user}, {@code sample:<rows>} or {@code blocked:<rows>}, or the reason
 * itself where a node has given one.
 */
public final class PauseReason {
    private PauseReason() {}

    /** A reason of the deployment, as the store keeps it. */
    public static String kept(String code, String message) {
        return json(code, message).encode();
    }

    /** The reason on the wire, of what the store keeps. */
    public static JsonObject toJson(String kept) {
        if (kept.startsWith("{")) {
            return new JsonObject(kept);
        }
        int colon = kept.indexOf(':');
        String code = colon < 0 ? kept : kept.substring(0, colon);
        String rows = kept.substring(colon + 1);
        return json(
                code,
                switch (code) {
                    case "user" -> "the job was paused by its owner";
                    case "sample" -> "the sample of " + rows + " rows is done; resume the job for the rest";
                    case "blocked" ->
                        "the site has refused " + rows + " rows in a row; resume the job when it may be asked again";
                    default -> "the job is paused";
                });
    }

    private static JsonObject json(String code, String message) {
        return new JsonObject().put("code", code).put("message", message);
    }
}
