package dev.trawl.http;

import dev.trawl.job.Caller;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** Who asks: the query parameter or form field {@code user_id}, else the header {@code Trawl-User}, else nobody. */
final class Callers {
    private static final String FIELD = "user_id";

    private Callers() {}

    /**
     * The caller of a request.
     *
     * @throws ApiException for a name that cannot be one
     */
    static Caller of(HttpServerRequest request) {
        String name = request.getParam(FIELD);
        if (name == null) {
            name = request.getFormAttribute(FIELD);
        }
        return named(name == null ? request.getHeader("Trawl-User") : name);
    }

    private static Caller named(@Nullable String name) {
        if (name == null) {
            return Caller.ANONYMOUS;
        }
        try {
            return Caller.of(name);
        } catch (IllegalArgumentException e) {
            throw new ApiException(ApiError.of(400, "bad_user", e.getMessage(), FIELD));
        }
    }
}
