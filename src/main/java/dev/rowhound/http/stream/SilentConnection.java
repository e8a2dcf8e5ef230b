package dev.rowhound.http.stream;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/**
 * Takes a connection out of the server's idle time-out, for an answer that is silent on purpose: else the node itself
 * would cut what is to show after how long others do.
 */
public final class SilentConnection {
    /** What Vert.x calls the handler of the time-out. */
    private static final String IDLE = "idle";

    private SilentConnection() {}

    /** Lets the request's connection be silent until the answer, which is its last. */
    public static void allowToAnswer(HttpServerRequest request) {
        allow(request);
        if (request.version() != HttpVersion.HTTP_2) {
            request.response().putHeader(HttpHeaders.CONNECTION, "close");
        }
    }

    /** Lets the request's connection be silent from here on; the caller sees to it that no other request follows on it. */
    public static void allow(HttpServerRequest request) {
        HttpChannel channel = HttpChannel.of(request);
        if (channel != null) {
            channel.remove(IDLE);
        }
    }
}
