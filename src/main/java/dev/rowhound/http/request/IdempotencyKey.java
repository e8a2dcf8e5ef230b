package dev.rowhound.http.request;

import dev.rowhound.app.Refusal;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** The caller's own name for a writing call, which makes the call safe to send again. */
final class IdempotencyKey {
    static final String HEADER = "Idempotency-Key";

    private static final int MAX_LENGTH = 255;

    private IdempotencyKey() {}

    /**
     * The request's key, or null where it has none.
     *
     * @throws Refusal for one that is blank or too long
     */
    static @Nullable String of(HttpServerRequest request) {
        String key = request.getHeader(HEADER);
        if (key != null && (key.isBlank() || key.length() > MAX_LENGTH)) {
            throw Refusal.of(
                    "invalid_field", "the header " + HEADER + " is 1 to " + MAX_LENGTH + " characters", HEADER);
        }
        return key;
    }
}
