package dev.rowhound.job;

import io.vertx.core.json.JsonObject;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why an item has no answer, for a person to read.
 *
 * @param code the kind of error
 * @param message one sentence, without machine addresses or stack traces
 * @param step where it occurred: a step or field of the recipe, such as {@code start} or {@code extract.name}
 */
public record ItemError(
        ErrorCode code, String message, @Nullable String step) {

    /** Replaces a missing message, which many exceptions have, by the code's name. */
    public ItemError {
        message = Objects.requireNonNullElseGet(message, () -> code.wire().replace('_', ' '));
    }

    /** Returns the wire form: {@code {"code","message","step"}}. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject().put("code", code.wire()).put("message", message);
        return step == null ? json : json.put("step", step);
    }

    public static ItemError of(JsonObject json) {
        return new ItemError(ErrorCode.of(json.getString("code")), json.getString("message"), json.getString("step"));
    }
}
