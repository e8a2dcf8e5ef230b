package dev.rowhound.http.request;

import dev.rowhound.http.stream.OpenStreams;
import io.vertx.core.Vertx;

/** The routes of one room. */
@FunctionalInterface
public interface RouteModule {
    /** Adds the routes. Called once for each server. */
    void mount(RouteTable routes, Server server);

    /**
     * What belongs to one server, and to its event loop.
     *
     * @param vertx the server's
     * @param streams its open streams
     */
    public record Server(Vertx vertx, OpenStreams streams) {}
}
