package dev.rowhound.http.stream;

import dev.rowhound.progress.EventBatch;
import dev.rowhound.progress.JobEvent;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonObject;
import io.vertx.core.streams.WriteStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A WebSocket (RFC 6455): each event is a text frame, the JSON itself. A client's {@code ping} is answered. A client
 * that sends more than it has any reason to is refused by a close code, and is not read while it does not read itself:
 * Vert.x answers each ping frame, however many answers wait.
 */
public class SocketStream extends LiveStream {
    /** Frames a second of whatever kind; a client that keeps its connection alive sends one in some seconds. */
    private static final int MAX_FRAMES_PER_SECOND = 100;

    /** A message's bytes over all its fragments; the longest one that means something has four. */
    private static final int MAX_MESSAGE_BYTES = 4096;

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final String HEARTBEAT = "{\"v\":1,\"type\":\"heartbeat\"}";
    private static final String PING = "ping";
    private static final String PONG = "{\"type\":\"pong\"}";

    private final HttpServerRequest request;
    private final ServerWebSocket socket;

    /** Whether this end has sent a close code. */
    private boolean ended;

    private boolean paused;
    private long secondBegan = System.nanoTime();
    private int framesThisSecond;
    private int messageBytes;

    /**
     * For that socket.
     *
     * @param request what it was upgraded from
     */
    public SocketStream(HttpServerRequest request, ServerWebSocket socket, StreamConfig config) {
        super(config);
        this.request = request;
        this.socket = socket;
    }

    @Override
    public void open() {
        socket.closeHandler(closed -> over());
        socket.exceptionHandler(this::broken);
        socket.frameHandler(this::came);
        socket.textMessageHandler(text -> {
            heard();
            if (text.equals(PING)) {
                tell(PONG);
            }
        });
    }

    /** Looks at each frame after Vert.x has answered it, if it was a ping. */
    private void came(WebSocketFrame frame) {
        long now = System.nanoTime();
        count(now);
        if (frame.isBinary()) {
            close(WebSocketCloseStatus.INVALID_MESSAGE_TYPE, "text_only");
        }
        if (frame.isText() || frame.isContinuation()) {
            messageBytes += frame.binaryData().length();
            if (messageBytes > MAX_MESSAGE_BYTES) {
                close(WebSocketCloseStatus.MESSAGE_TOO_BIG, "too_large");
            }
            messageBytes = frame.isFinal() ? 0 : messageBytes;
        }
        if (!paused && !closed() && blocked(now)) {
            // Not by socket.pause(), which a ping takes back.
            paused = true;
            onChannel(channel -> channel.read(false));
        }
    }

    private void count(long now) {
        if (now - secondBegan >= SECOND_NANOS) {
            secondBegan = now;
            framesThisSecond = 0;
        }
        framesThisSecond++;
        if (framesThisSecond > 2 * MAX_FRAMES_PER_SECOND) {
            // It has not stopped at the code, or cannot be sent one.
            cut();
        } else if (framesThisSecond > MAX_FRAMES_PER_SECOND) {
            close(WebSocketCloseStatus.POLICY_VIOLATION, "too_many_frames");
        }
    }

    @Override
    protected void drained() {
        if (paused) {
            paused = false;
            onChannel(channel -> channel.read(true));
        }
    }

    /** A frame breaks the rules; Vert.x closes the connection behind this call. */
    private void broken(Throwable error) {
        if (error instanceof CorruptedWebSocketFrameException corrupted) {
            close(corrupted.closeStatus(), "bad_frame");
            onChannel(HttpChannel::flush);
        }
    }

    private void onChannel(Consumer<HttpChannel> action) {
        HttpChannel channel = HttpChannel.of(request);
        if (channel != null) {
            action.accept(channel);
        }
    }

    @Override
    public Future<Void> events(EventBatch batch) {
        return write(batch.events(), JobEvent::json, 0);
    }

    /** The client has sent something. */
    protected void heard() {
        // It is no matter to streams that beat by their own silence.
    }

    /** Writes text frames; the future succeeds when the client can take more, and fails when it is gone. */
    protected final Future<Void> texts(List<String> frames) {
        return write(frames, Function.identity(), 0);
    }

    /** Writes a text frame if the client takes any at present. */
    protected final void tell(String frame) {
        if (!closed() && !socket.writeQueueFull()) {
            var told = socket.writeFinalTextFrame(frame);
        }
    }

    private <T> Future<Void> write(List<T> frames, Function<T, String> text, int from) {
        for (int i = from; i < frames.size(); i++) {
            if (closed()) {
                return Future.failedFuture("the client is gone");
            }
            Future<Void> taken = paced(socket.writeFinalTextFrame(text.apply(frames.get(i))));
            if (!taken.isComplete()) {
                int next = i + 1;
                return taken.compose(room -> write(frames, text, next));
            }
        }
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> event(String type, String id, JsonObject data, JsonObject message) {
        return texts(List.of(message.encode()));
    }

    @Override
    public void notice(String type, String message) {
        tell(message);
    }

    @Override
    protected void beat() {
        tell(HEARTBEAT);
    }

    @Override
    public void end(StreamEnd why) {
        if (why == StreamEnd.STALLED) {
            cut();
        } else {
            close(why.code(), why.reason());
        }
    }

    private void close(WebSocketCloseStatus status, String reason) {
        close((short) status.code(), reason);
    }

    private void close(short code, String reason) {
        if (!closed()) {
            ended = true;
            var unused = socket.close(code, reason);
        }
    }

    @Override
    protected void cut() {
        ended = true;
        DeadConnection.cut(request);
    }

    @Override
    public boolean closed() {
        return ended || socket.isClosed();
    }

    @Override
    protected boolean gone() {
        // The close handler tells.
        return false;
    }

    @Override
    protected WriteStream<Buffer> out() {
        return socket;
    }
}
