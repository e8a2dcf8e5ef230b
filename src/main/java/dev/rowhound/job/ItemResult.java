package dev.rowhound.job;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt at an item came to.
 *
 * @param state one of {@link ItemState#FOUND}, {@link ItemState#NOT_FOUND}, {@link ItemState#BLOCKED}, {@link ItemState#FAILED}
 * @param fields the extracted fields by name; empty unless found
 * @param error why, for blocked and failed
 * @param visit where the attempt got to, or null where that is not known
 */
public record ItemResult(
        ItemState state,
        JsonObject fields,
        @Nullable ItemError error,
        @Nullable Visit visit) {

    /** A result without a visit. */
    public ItemResult(ItemState state, JsonObject fields, @Nullable ItemError error) {
        this(state, fields, error, null);
    }

    /** The same result of an attempt that got there. */
    public ItemResult with(Visit visited) {
        return new ItemResult(state, fields, error, visited);
    }

    /** Found, with these fields. */
    public static ItemResult found(JsonObject fields) {
        return new ItemResult(ItemState.FOUND, fields, null);
    }

    /** The site says that there is no such entry. */
    public static ItemResult notFound() {
        return new ItemResult(ItemState.NOT_FOUND, new JsonObject(), null);
    }

    /** The site refused to answer. */
    public static ItemResult blocked(String message, String step) {
        return new ItemResult(ItemState.BLOCKED, new JsonObject(), new ItemError(ErrorCode.BLOCKED, message, step));
    }

    /** The site refused to answer, or is not to be asked. */
    public static ItemResult blocked(ErrorCode code, String message, String step) {
        return new ItemResult(ItemState.BLOCKED, new JsonObject(), new ItemError(code, message, step));
    }

    /** The attempt failed. */
    public static ItemResult failed(ErrorCode code, String message, @Nullable String step) {
        return new ItemResult(ItemState.FAILED, new JsonObject(), new ItemError(code, message, step));
    }

    /** Whether another attempt may well end better; so it is, too, where a host refuses because it is asked too much. */
    public boolean worthRetry() {
        return (state == ItemState.FAILED || state == ItemState.BLOCKED)
                && error != null
                && error.code().retryable();
    }
}
