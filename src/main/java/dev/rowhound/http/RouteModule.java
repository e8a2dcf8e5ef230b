package dev.rowhound.http;

import dev.rowhound.http.stream.OpenStreams;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Routes beside the API's own, such as those of the old systems. */
@FunctionalInterface
public interface RouteModule {
    /** Adds the routes. Called once for each server. */
    void mount(Router router, Tools tools);

    /**
     * What such routes share with the API's own.
     *
     * @param vertx the server's
     * @param parts what handlers work with
     * @param uploads takes uploads
     * @param streams follows jobs' events
     */
    record Tools(Vertx vertx, HttpParts parts, UploadHandler uploads, OpenStreams streams) {
        /**
         * The user whom a parameter of the path names, as {@link Callers#user} says.
         */
        public String user(RoutingContext context, String parameter) {
            return parts.config().callers().user(context, parameter);
        }

        /**
         * Makes a request a WebSocket; fails with 426 or 400 for anything but an opening handshake.
         *
         * @throws ApiException with 503 for a stream too many
         */
        public Future<ServerWebSocket> upgrade(RoutingContext context) {
            JobStreams.requireRoom(streams);
            return Handshake.accept(context.request());
        }
    }
}
