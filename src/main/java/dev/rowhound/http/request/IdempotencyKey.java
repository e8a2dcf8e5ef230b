package dev.rowhound.http.request;

import dev.rowhound.app.Refusal;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** Reads the {@code Idempotency-Key} header, which makes a writing call safe to repeat. */
final class IdempotencyKey {
    static final String HEADER = "Idempotency-Key";

    private static final int MAX_LENGTH = 255;

    private IdempotencyKey() {}

    /**
     * Returns the key, or null if the request has none.
     *
     * @throws Refusal if the key is blank or too long
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
