package dev.rowhound.http.request;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/**
 * Treats a body as JSON regardless of its declared content type: curl's {@code -d} declares a form, to which other
 * limits apply.
 */
final class JsonBody {
    private JsonBody() {}

    /** Sets the request's content type to JSON before the body handler reads it. */
    static void declare(HttpServerRequest request) {
        request.headers().set(HttpHeaders.CONTENT_TYPE, "application/json");
    }
}
