package dev.rowhound.http.stream;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/** Cuts connections whose client no longer reads. */
final class DeadConnection {
    private DeadConnection() {}

    /**
     * Closes the connection and drops pending writes. An orderly close, the only one that Vert.x offers, would wait
     * until the client has read them.
     */
    static void cut(HttpServerRequest request) {
        HttpChannel channel = HttpChannel.of(request);
        if (channel != null) {
            channel.drop();
        } else if (request.version() == HttpVersion.HTTP_2) {
            // Other streams may share the connection.
            var unused = request.response().reset();
        } else {
            var unused = request.connection().close();
        }
    }
}
