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
 * Writes chunks to HTTP/1.1 connections without Vert.x, for bytes that many connections receive. The bytes are framed
 * as one chunk of a response body once, in direct memory, and every connection writes that buffer. Through Vert.x, each
 * connection would frame and copy them again, which costs about as much as the write itself. Bound to one event loop.
 */
final class ChunkPath {
    /** Vert.x's handler that frames responses; writes that start at it are sent as they are. */
    private static final String ENCODER = "httpEncoder";

    /** Vert.x's handler that compresses responses, if compression is enabled. */
    private static final String COMPRESSOR = "deflater";

    private static final byte[] LINE_END = "\r\n".getBytes(StandardCharsets.US_ASCII);

    /** Maximum overhead of a chunk: its length in hexadecimal, and two line ends. */
    private static final int MAX_FRAME_BYTES = Integer.BYTES * 2 + 4;

    private static final ThreadLocal<Shared> SHARED = ThreadLocal.withInitial(Shared::new);

    private final HttpChannel channel;
    private final ChannelHandlerContext encoder;

    /** The last bytes that this event loop framed, cached until the end of its current task. */
    private static final class Shared {
        @Nullable
        Buffer bytes;

        @Nullable
        ByteBuf chunk;

        ByteBuf chunk(Buffer source, ChannelHandlerContext context) {
            ByteBuf cached = chunk;
            if (cached != null && bytes == source) {
                return cached;
            }
            drop();
            ByteBuf framed = context.alloc().directBuffer(source.length() + MAX_FRAME_BYTES);
            ByteBufUtil.writeAscii(framed, Integer.toHexString(source.length()));
            framed.writeBytes(LINE_END).writeBytes(source.getBytes()).writeBytes(LINE_END);
            bytes = source;
            chunk = framed;
            context.channel().eventLoop().execute(this::drop);
            return framed;
        }

        /** Releases the cache; connections with pending writes hold their own references. */
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

    /** Returns the path to the client of a chunked response; null if the connection does not support it. */
    static @Nullable ChunkPath of(HttpServerRequest request) {
        HttpChannel channel = request.version() == HttpVersion.HTTP_1_1 ? HttpChannel.of(request) : null;
        if (channel == null) {
            return null;
        }
        ChannelHandlerContext encoder = channel.at(ENCODER);
        return encoder == null || channel.at(COMPRESSOR) != null ? null : new ChunkPath(channel, encoder);
    }

    /**
     * Writes immutable bytes that other connections may share. Call it only when all earlier writes through Vert.x have
     * been sent, because this write would overtake them.
     *
     * @return false if nothing was written because the client is not reading or this is not its event loop
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
