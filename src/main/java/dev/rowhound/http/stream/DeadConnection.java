package dev.rowhound.http.stream;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/** A connection whose other end takes nothing. */
final class DeadConnection {
    private DeadConnection() {}

    /**
     * Lets go of it and of all that was written to it. An orderly close would wait until the other end has taken what
     * was written, and Vert.x offers no other.
     */
    static void cut(HttpServerRequest request) {
        HttpChannel channel = HttpChannel.of(request);
        if (channel != null) {
            channel.drop();
        } else if (request.version() == HttpVersion.HTTP_2) {
            // Others may use the connection.
            var unused = request.response().reset();
        } else {
            var unused = request.connection().close();
        }
    }
}
