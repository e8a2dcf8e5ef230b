package dev.rowhound.job;

import io.vertx.core.json.JsonObject;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why an item was not answered, for a person to read.
 *
 * @param code the kind of fault
 * @param message one sentence, without addresses of machines or stack traces
 * @param step the recipe's step or field that it happened at, such as {@code start} or {@code extract.name}
 */
public record ItemError(
        ErrorCode code, String message, @Nullable String step) {

    /** Many exceptions have no message; then the code's words stand for one. */
    public ItemError {
        message = Objects.requireNonNullElseGet(message, () -> code.wire().replace('_', ' '));
    }

    /** The wire form: {@code {"code","message","step"}}. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject().put("code", code.wire()).put("message", message);
        return step == null ? json : json.put("step", step);
    }

    /** Reads the wire form. */
    public static ItemError of(JsonObject json) {
        return new ItemError(ErrorCode.of(json.getString("code")), json.getString("message"), json.getString("step"));
    }
}
