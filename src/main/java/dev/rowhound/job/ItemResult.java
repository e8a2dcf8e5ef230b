package dev.rowhound.job;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The result of one attempt at an item.
 *
 * @param state one of {@link ItemState#FOUND}, {@link ItemState#NOT_FOUND}, {@link ItemState#BLOCKED}, {@link ItemState#FAILED}
 * @param fields the extracted fields by name; empty unless found
 * @param error why, for blocked and failed
 * @param visit what the attempt visited, or null if unknown
 */
public record ItemResult(
        ItemState state,
        JsonObject fields,
        @Nullable ItemError error,
        @Nullable Visit visit) {

    public ItemResult(ItemState state, JsonObject fields, @Nullable ItemError error) {
        this(state, fields, error, null);
    }

    /** Returns this result with its visit. */
    public ItemResult with(Visit visited) {
        return new ItemResult(state, fields, error, visited);
    }

    public static ItemResult found(JsonObject fields) {
        return new ItemResult(ItemState.FOUND, fields, null);
    }

    public static ItemResult notFound() {
        return new ItemResult(ItemState.NOT_FOUND, new JsonObject(), null);
    }

    public static ItemResult blocked(String message, String step) {
        return new ItemResult(ItemState.BLOCKED, new JsonObject(), new ItemError(ErrorCode.BLOCKED, message, step));
    }

    /** Returns a blocked result for another code than {@link ErrorCode#BLOCKED}, such as {@link ErrorCode#ROBOTS}. */
    public static ItemResult blocked(ErrorCode code, String message, String step) {
        return new ItemResult(ItemState.BLOCKED, new JsonObject(), new ItemError(code, message, step));
    }

    public static ItemResult failed(ErrorCode code, String message, @Nullable String step) {
        return new ItemResult(ItemState.FAILED, new JsonObject(), new ItemError(code, message, step));
    }

    /** Returns whether another attempt is likely to end better, also after a host has limited the rate. */
    public boolean worthRetry() {
        return (state == ItemState.FAILED || state == ItemState.BLOCKED)
                && error != null
                && error.code().retryable();
    }
}
