package dev.rowhound.http.stream;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpMessage;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.net.impl.ConnectionBase;
import org.jspecify.annotations.Nullable;

/**
 * Access to the Netty channel of an HTTP/1 connection, which carries one response at a time. This is the only class
 * that depends on Vert.x internals.
 */
public final class HttpChannel {
    /** Name of Vert.x's handler that decodes HTTP/1. */
    private static final String DECODER = "httpDecoder";

    private final ConnectionBase connection;

    private HttpChannel(ConnectionBase connection) {
        this.connection = connection;
    }

    /** Returns the channel of a request; null on HTTP/2, where other requests may share the connection. */
    public static @Nullable HttpChannel of(HttpServerRequest request) {
        return request.version() != HttpVersion.HTTP_2 && request.connection() instanceof ConnectionBase connection
                ? new HttpChannel(connection)
                : null;
    }

    /**
     * Makes a new connection keep the header {@code Content-Length} of requests. Netty's decoder removes it from a
     * request that also has {@code Transfer-Encoding}, which would hide the conflict from the framing check.
     *
     * @param options the server's options, without h2c: its upgrade would decode the first request before this call
     */
    public static void keepLengths(HttpConnection connection, HttpServerOptions options) {
        if (connection instanceof ConnectionBase base) {
            ChannelPipeline pipeline = base.channelHandlerContext().pipeline();
            if (pipeline.get(DECODER) != null) {
                pipeline.replace(DECODER, DECODER, new KeepingDecoder(options));
            }
        }
    }

    private static final class KeepingDecoder extends VertxHttpRequestDecoder {
        KeepingDecoder(HttpServerOptions options) {
            super(options);
        }

        @Override
        protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
            // Keeps both headers; the body is parsed by its chunks regardless.
        }
    }

    /** Removes a handler from the pipeline if it is there. */
    public void remove(String handler) {
        ChannelPipeline pipeline = connection.channelHandlerContext().pipeline();
        if (pipeline.get(handler) != null) {
            pipeline.remove(handler);
        }
    }

    /** Returns the context of a handler in the pipeline; null if there is none. */
    @Nullable
    public ChannelHandlerContext at(String handler) {
        return connection.channel().pipeline().context(handler);
    }

    /** Reports bytes to Vert.x's metrics that bypassed Vert.x. */
    void written(long bytes) {
        connection.reportBytesWritten(bytes);
    }

    /** Starts or stops reading from the socket; unread data causes back-pressure on the client. */
    void read(boolean reads) {
        connection.channel().config().setAutoRead(reads);
    }

    /** Flushes pending writes immediately; otherwise they wait until the current read completes. */
    void flush() {
        connection.channel().flush();
    }

    /**
     * Closes the connection and drops pending writes, below Vert.x's handler, as the idle time-out does. It starts at
     * the first handler of the pipeline, because the upgrade to a WebSocket replaces Vert.x's handler.
     */
    void drop() {
        ChannelHandlerContext first = connection.channel().pipeline().firstContext();
        if (first != null) {
            first.close();
        }
    }
}
