package dev.rowhound.http.stream;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/**
 * Exempts connections from the idle time-out of the server, for responses that may stay idle for longer: slow
 * operations, and the probes of {@code rowhound doctor}, which measure the time-outs of proxies.
 */
public final class SilentConnection {
    /** Name of Vert.x's idle time-out handler. */
    private static final String IDLE = "idle";

    private SilentConnection() {}

    /** Disables the time-out until the response, and closes the connection after it. */
    public static void allowToAnswer(HttpServerRequest request) {
        allow(request);
        if (request.version() != HttpVersion.HTTP_2) {
            request.response().putHeader(HttpHeaders.CONNECTION, "close");
        }
    }

    /** Disables the time-out; the caller must ensure that no other request follows on the connection. */
    public static void allow(HttpServerRequest request) {
        HttpChannel channel = HttpChannel.of(request);
        if (channel != null) {
            channel.remove(IDLE);
        }
    }
}
