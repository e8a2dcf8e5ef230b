package dev.rowhound.http.request;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** Takes a body that is JSON whatever its client calls it: curl's {@code -d} calls it a form, which has other bounds. */
final class JsonBody {
    private JsonBody() {}

    /** Lets the handler of the body take the request's as JSON. */
    static void declare(HttpServerRequest request) {
        request.headers().set(HttpHeaders.CONTENT_TYPE, "application/json");
    }
}
