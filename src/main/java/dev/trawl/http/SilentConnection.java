package dev.trawl.http;

import io.netty.channel.ChannelPipeline;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Takes a connection out of the server's idle time-out, for an answer that is silent on purpose: else the node itself
 * would cut what is to show after how long others do.
 */
final class SilentConnection {
    /** What Vert.x calls the handler of the time-out. */
    private static final String IDLE = "idle";

    private SilentConnection() {}

    /** Lets the request's connection be silent from here on; the caller sees to it that no other request follows on it. */
    static void allow(HttpServerRequest request) {
        // On a connection of HTTP/2 there may be others.
        if (request.version() != HttpVersion.HTTP_2 && request.connection() instanceof ConnectionBase connection) {
            ChannelPipeline pipeline = connection.channelHandlerContext().pipeline();
            if (pipeline.get(IDLE) != null) {
                pipeline.remove(IDLE);
            }
        }
    }
}
