package dev.rowhound.http;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The one form of every error: {@code {"code","message","field","request_id"}}, and further keys where they help.
 *
 * @param status the HTTP status
 * @param code the kind of fault, in snake case; part of the wire format
 * @param message one sentence that says what would be right
 * @param field the field of the request that is at fault, or null
 * @param details further keys
 */
public record ApiError(
        int status, String code, String message, @Nullable String field, JsonObject details) {

    /** An error without a field. */
    public static ApiError of(int status, String code, String message) {
        return new ApiError(status, code, message, null, new JsonObject());
    }

    /** An error of one field. */
    public static ApiError of(int status, String code, String message, String field) {
        return new ApiError(status, code, message, field, new JsonObject());
    }

    /** There is no job of that id. */
    public static ApiError noSuchJob(String id) {
        return of(404, "no_such_job", "there is no job \"" + id + "\"; it may have expired", "id");
    }

    /** There is no schedule of that id. */
    public static ApiError noSuchSchedule(String id) {
        return of(404, "no_such_schedule", "there is no schedule \"" + id + "\"", "id");
    }

    /** The same error with one more key. */
    public ApiError with(String key, Object value) {
        return new ApiError(status, code, message, field, details.copy().put(key, value));
    }

    /** The body of the answer. */
    public JsonObject toJson(String requestId) {
        JsonObject json = new JsonObject().put("code", code).put("message", message);
        if (field != null) {
            json.put("field", field);
        }
        return json.put("request_id", requestId).mergeIn(details);
    }
}
