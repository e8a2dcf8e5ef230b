package dev.trawl.http;

import dev.trawl.http.stream.OpenStreams;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;

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
    record Tools(Vertx vertx, HttpParts parts, UploadHandler uploads, OpenStreams streams) {}
}
