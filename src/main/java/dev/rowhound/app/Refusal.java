package dev.rowhound.app;

import dev.rowhound.config.Problems;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why the application does not do what it was asked for: a code, one sentence that says what would be right, and where
 * they help the field at fault, further keys and how long to wait. {@code http} turns it into an answer, the command
 * line into a sentence and an exit code.
 */
public class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final String sentence;
    private final @Nullable String field;
    private final transient JsonObject details;
    private final @Nullable Duration retryAfter;

    /**
     * A refusal with all that it may have.
     *
     * @param code the kind of fault, in snake case; part of the wire format
     * @param message one sentence that says what would be right
     * @param field what is at fault in the request, or null
     * @param details further keys
     * @param retryAfter after how long the same request may succeed, or null where that is not known
     */
    protected Refusal(
            String code, String message, @Nullable String field, JsonObject details, @Nullable Duration retryAfter) {
        // Refusals are answers, not faults of the program: a stack trace would cost time and tell nothing.
        super(message, null, false, false);
        this.code = code;
        this.sentence = message;
        this.field = field;
        this.details = details;
        this.retryAfter = retryAfter;
    }

    /** A refusal without a field. */
    public static Refusal of(String code, String message) {
        return new Refusal(code, message, null, new JsonObject(), null);
    }

    /** A refusal of one field. */
    public static Refusal of(String code, String message, @Nullable String field) {
        return new Refusal(code, message, field, new JsonObject(), null);
    }

    /** A field whose value cannot be taken. */
    public static Refusal invalidField(String message, @Nullable String field) {
        return of("invalid_field", message, field);
    }

    /** Refuses the first fault if there is one, with that code; {@code head} stands before its path. */
    public static void throwIfAny(Problems problems, String code, String head) {
        if (!problems.isEmpty()) {
            Problems.Problem first = problems.list().get(0);
            throw of(code, head + first, head + first.path());
        }
    }

    /** A copy with one more key. */
    public Refusal with(String key, Object value) {
        return new Refusal(code, sentence, field, details.copy().put(key, value), retryAfter);
    }

    /** A copy that says how long to wait; callers see it as the key {@code retry_after}, in whole seconds. */
    public Refusal retryAfter(Duration wait) {
        return new Refusal(code, sentence, field, details, wait);
    }

    /** The kind of fault, in snake case; part of the wire format. */
    public String code() {
        return code;
    }

    /** One sentence that says what would be right. */
    public String message() {
        return sentence;
    }

    /** What is at fault in the request, or null. */
    public @Nullable String field() {
        return field;
    }

    /** Further keys. */
    public JsonObject details() {
        return details;
    }

    /** After how long the same request may succeed, or null where that is not known. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
