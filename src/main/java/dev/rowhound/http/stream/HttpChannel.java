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
 * Netty's channel of a connection of HTTP/1, which carries one answer at a time. The one place that knows what Vert.x
 * keeps for itself.
 */
public final class HttpChannel {
    /** What Vert.x calls the decoder of HTTP/1. */
    private static final String DECODER = "httpDecoder";

    private final ConnectionBase connection;

    private HttpChannel(ConnectionBase connection) {
        this.connection = connection;
    }

    /** The request's; null on a connection of HTTP/2, which others may use. */
    public static @Nullable HttpChannel of(HttpServerRequest request) {
        return request.version() != HttpVersion.HTTP_2 && request.connection() instanceof ConnectionBase connection
                ? new HttpChannel(connection)
                : null;
    }

    /**
     * Lets requests of a new connection show what they say of their length. Netty's decoder takes {@code Content-Length}
     * away from a request that has {@code Transfer-Encoding} too, so that nobody behind it would notice.
     *
     * @param options the server's; without HTTP/2 in the clear, whose upgrade has the first request decoded before this
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
            // The body is read by its chunks, whatever the other header says.
        }
    }

    /** Takes the handler of that name out of the channel, if it is there. */
    public void remove(String handler) {
        ChannelPipeline pipeline = connection.channelHandlerContext().pipeline();
        if (pipeline.get(handler) != null) {
            pipeline.remove(handler);
        }
    }

    /** Where the handler of that name stands; null where there is none. */
    @Nullable
    public ChannelHandlerContext at(String handler) {
        return connection.channel().pipeline().context(handler);
    }

    /** Tells Vert.x's metrics of bytes that it has not written itself. */
    void written(long bytes) {
        connection.reportBytesWritten(bytes);
    }

    /** Whether anything is read from it; what is not stays with the client. */
    void read(boolean reads) {
        connection.channel().config().setAutoRead(reads);
    }

    /** Sends what was written at once, and not only when what has been read is dealt with. */
    void flush() {
        connection.channel().flush();
    }

    /**
     * Closes it below Vert.x's own handler, as the idle time-out does: what was written and not taken is dropped. From
     * the pipeline's foot, as another handler stands in the first one's place once the connection is a WebSocket's.
     */
    void drop() {
        ChannelHandlerContext foot = connection.channel().pipeline().firstContext();
        if (foot != null) {
            foot.close();
        }
    }
}
