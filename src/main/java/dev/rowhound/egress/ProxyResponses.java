package dev.rowhound.egress;

import dev.rowhound.job.ErrorCode;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/**
 * What a browser's proxy answers by itself. The page may read it, so it names the kind of refusal and nothing of what
 * was found behind a name.
 */
final class ProxyResponses {
    /** Holds the kind, in the spelling of the wire; no site's answer carries it. */
    static final CharSequence REFUSED = HttpHeaders.createOptimized("x-rowhound-refused");

    private static final CharSequence PLAIN = HttpHeaders.createOptimized("text/plain; charset=utf-8");
    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");

    private ProxyResponses() {}

    /** The status that goes with a kind of refusal. */
    static int status(ErrorCode code) {
        return switch (code) {
            case ADDRESS_REFUSED -> 403;
            case TIMEOUT -> 504;
            default -> 502;
        };
    }

    static void refuse(HttpServerRequest request, int status, ErrorCode code) {
        answer(request, status, code.wire());
    }

    /** For clients that take the proxy for a web server. */
    static void notAProxyRequest(HttpServerRequest request) {
        answer(request, 400, "not_a_proxy_request");
    }

    private static void answer(HttpServerRequest request, int status, String kind) {
        Future<Void> sent = request.response()
                .setStatusCode(status)
                .putHeader(REFUSED, kind)
                .putHeader(HttpHeaders.CONTENT_TYPE, PLAIN)
                .putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE)
                .end("rowhound: " + kind + "\n");
        if (!request.isEnded()) {
            // What is left of a body is not read.
            sent.onComplete(v -> request.connection().close());
        }
    }
}
