package dev.rowhound.app;

import dev.rowhound.config.Problems;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A rejected request: a code, one sentence that says what would be valid, and optionally the invalid field, further
 * keys and how long to wait. {@code http} renders it as a response, {@code cli} as a message and an exit code.
 */
public class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final String sentence;
    private final @Nullable String field;
    private final transient JsonObject details;
    private final @Nullable Duration retryAfter;

    /**
     * @param code the kind of error in snake case; part of the wire format
     * @param message one sentence that says what would be valid
     * @param field the invalid field of the request, or null
     * @param details further keys
     * @param retryAfter after how long the same request may succeed, or null if unknown
     */
    protected Refusal(
            String code, String message, @Nullable String field, JsonObject details, @Nullable Duration retryAfter) {
        // Refusals are expected responses, so a stack trace would only cost time.
        super(message, null, false, false);
        this.code = code;
        this.sentence = message;
        this.field = field;
        this.details = details;
        this.retryAfter = retryAfter;
    }

    public static Refusal of(String code, String message) {
        return new Refusal(code, message, null, new JsonObject(), null);
    }

    public static Refusal of(String code, String message, @Nullable String field) {
        return new Refusal(code, message, field, new JsonObject(), null);
    }

    public static Refusal invalidField(String message, @Nullable String field) {
        return of("invalid_field", message, field);
    }

    /** Throws a refusal of the first problem, if any; {@code head} is the prefix of its path. */
    public static void throwIfAny(Problems problems, String code, String head) {
        if (!problems.isEmpty()) {
            Problems.Problem first = problems.list().get(0);
            throw of(code, head + first, head + first.path());
        }
    }

    /** Returns a copy with one more key. */
    public Refusal with(String key, Object value) {
        return new Refusal(code, sentence, field, details.copy().put(key, value), retryAfter);
    }

    /** Returns a copy with a wait, which the API shows as the key {@code retry_after} in whole seconds. */
    public Refusal retryAfter(Duration wait) {
        return new Refusal(code, sentence, field, details, wait);
    }

    /** The kind of error in snake case; part of the wire format. */
    public String code() {
        return code;
    }

    /** One sentence that says what would be valid. */
    public String message() {
        return sentence;
    }

    /** The invalid field of the request, or null. */
    public @Nullable String field() {
        return field;
    }

    /** Further keys of the error response. */
    public JsonObject details() {
        return details;
    }

    /** After how long the same request may succeed, or null if unknown. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
