package dev.rowhound.http.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The short way to a connection of HTTP/1.1 for bytes that many connections are sent: they are made one chunk of the
 * answer's body once, outside of the heap, and each connection is written that. On Vert.x's own way each connection
 * frames and copies them anew, which costs about as much as the write itself. Lives on one event loop.
 */
final class ChunkPath {
    /** Where Vert.x frames answers; what is written from there on is sent as it is. */
    private static final String ENCODER = "httpEncoder";

    /** Compresses answers, where that is turned on. */
    private static final String COMPRESSOR = "deflater";

    private static final byte[] LINE_END = "\r\n".getBytes(StandardCharsets.US_ASCII);

    /** A chunk's length in hexadecimal, and two line ends. */
    private static final int FRAME = Integer.BYTES * 2 + 4;

    private static final ThreadLocal<Shared> SHARED = ThreadLocal.withInitial(Shared::new);

    private final HttpChannel channel;
    private final ChannelHandlerContext encoder;

    /** What an event loop is about to send to many, kept until its present task is done. */
    private static final class Shared {
        @Nullable
        Buffer bytes;

        @Nullable
        ByteBuf chunk;

        ByteBuf chunk(Buffer wanted, ChannelHandlerContext context) {
            ByteBuf present = chunk;
            if (present != null && bytes == wanted) {
                return present;
            }
            drop();
            ByteBuf made = context.alloc().directBuffer(wanted.length() + FRAME);
            ByteBufUtil.writeAscii(made, Integer.toHexString(wanted.length()));
            made.writeBytes(LINE_END).writeBytes(wanted.getBytes()).writeBytes(LINE_END);
            bytes = wanted;
            chunk = made;
            context.channel().eventLoop().execute(this::drop);
            return made;
        }

        /** Connections that have not sent it yet hold it by themselves. */
        private void drop() {
            if (chunk != null) {
                chunk.release();
            }
            chunk = null;
            bytes = null;
        }
    }

    private ChunkPath(HttpChannel channel, ChannelHandlerContext encoder) {
        this.channel = channel;
        this.encoder = encoder;
    }

    /** The way to a client whose answer is sent in chunks; null where there is none. */
    static @Nullable ChunkPath of(HttpServerRequest request) {
        HttpChannel channel = request.version() == HttpVersion.HTTP_1_1 ? HttpChannel.of(request) : null;
        if (channel == null) {
            return null;
        }
        ChannelHandlerContext encoder = channel.at(ENCODER);
        return encoder == null || channel.at(COMPRESSOR) != null ? null : new ChunkPath(channel, encoder);
    }

    /**
     * Sends bytes, which others may be sent too and nobody changes. To be called when all that was written before by
     * way of Vert.x has been sent, as it would be overtaken.
     *
     * @return whether it was done; not when the client takes nothing at present
     */
    boolean write(Buffer bytes) {
        if (!encoder.channel().eventLoop().inEventLoop() || !encoder.channel().isWritable()) {
            return false;
        }
        ByteBuf chunk = SHARED.get().chunk(bytes, encoder);
        channel.written(chunk.readableBytes());
        encoder.writeAndFlush(chunk.retainedDuplicate());
        return true;
    }
}
