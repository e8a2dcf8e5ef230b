package dev.rowhound.http.request;

import dev.rowhound.http.stream.OpenStreams;
import io.vertx.core.Vertx;

/** The routes of one feature. */
@FunctionalInterface
public interface RouteModule {
    /** Adds the routes; called once for each server. */
    void mount(RouteTable routes, Server server);

    /**
     * The objects of one server and its event loop.
     *
     * @param vertx the Vert.x instance
     * @param streams the open streams of this server
     */
    public record Server(Vertx vertx, OpenStreams streams) {}
}
