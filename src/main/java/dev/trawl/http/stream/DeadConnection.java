package dev.trawl.http.stream;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;

/** A connection whose other end takes nothing. */
final class DeadConnection {
    private DeadConnection() {}

    /**
     * Lets go of it and of all that was written to it. An orderly close would wait until the other end has taken what
     * was written; Vert.x offers no other, so its channel is closed below Vert.x's own handler, as its idle time-out
     * does.
     */
    static void cut(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            // Others may use the connection.
            var unused = request.response().reset();
        } else if (request.connection() instanceof ConnectionBase connection) {
            connection.channelHandlerContext().close();
        } else {
            var unused = request.connection().close();
        }
    }
}
