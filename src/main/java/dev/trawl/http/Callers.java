package dev.trawl.http;

import dev.trawl.job.Caller;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** Who asks: the query parameter or form field {@code user_id}, else the header {@code Trawl-User}, else nobody. */
final class Callers {
    /** The name of the parameter, and of the form field. */
    static final String FIELD = "user_id";

    private Callers() {}

    /**
     * The caller of a request.
     *
     * @throws ApiException for a name that cannot be one
     */
    static Caller of(HttpServerRequest request) {
        return of(request, MultiMap.caseInsensitiveMultiMap());
    }

    /**
     * The caller of an upload.
     *
     * @param fields the form's fields
     * @throws ApiException for a name that cannot be one
     */
    static Caller of(HttpServerRequest request, MultiMap fields) {
        String name = request.getParam(FIELD);
        if (name == null) {
            name = fields.get(FIELD);
        }
        return named(name == null ? request.getHeader("Trawl-User") : name);
    }

    /**
     * The user whom an address names.
     *
     * @param field what the name stands in
     * @throws ApiException for a name that cannot be one
     */
    static String user(String name, String field) {
        try {
            return Caller.of(name).user();
        } catch (IllegalArgumentException e) {
            throw new ApiException(ApiError.of(400, "invalid_field", String.valueOf(e.getMessage()), field));
        }
    }

    private static Caller named(@Nullable String name) {
        return name == null ? Caller.ANONYMOUS : Caller.of(user(name, FIELD));
    }
}
