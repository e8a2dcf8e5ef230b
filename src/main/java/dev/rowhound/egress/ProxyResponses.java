package dev.rowhound.egress;

import dev.rowhound.job.ErrorCode;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/**
 * The responses that a browser's proxy generates itself. Pages can read them, so they state the kind of refusal, but
 * nothing about what a name resolves to.
 */
final class ProxyResponses {
    /** The header with the kind of refusal, in its wire form; removed from all site responses. */
    static final CharSequence REFUSED = HttpHeaders.createOptimized("x-rowhound-refused");

    private static final CharSequence PLAIN = HttpHeaders.createOptimized("text/plain; charset=utf-8");
    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");

    private ProxyResponses() {}

    /** Returns the HTTP status for a kind of refusal. */
    static int status(ErrorCode code) {
        return switch (code) {
            case ADDRESS_REFUSED -> 403;
            case TIMEOUT -> 504;
            default -> 502;
        };
    }

    static void refuse(HttpServerRequest request, int status, ErrorCode code) {
        respond(request, status, code.wire());
    }

    /** Responds to clients that mistake the proxy for a web server. */
    static void notAProxyRequest(HttpServerRequest request) {
        respond(request, 400, "not_a_proxy_request");
    }

    private static void respond(HttpServerRequest request, int status, String kind) {
        Future<Void> sent = request.response()
                .setStatusCode(status)
                .putHeader(REFUSED, kind)
                .putHeader(HttpHeaders.CONTENT_TYPE, PLAIN)
                .putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE)
                .end("rowhound: " + kind + "\n");
        if (!request.isEnded()) {
            // Close rather than read the rest of the body.
            sent.onComplete(v -> request.connection().close());
        }
    }
}
