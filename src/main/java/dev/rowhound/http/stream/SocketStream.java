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
 * A stream over a WebSocket (RFC 6455). Each event is a text frame with its JSON. A text message {@code ping} is
 * answered. A client that sends too much is refused with a close code. A client that does not read its responses is not
 * read from either, because Vert.x answers every ping frame however many answers are pending.
 */
public class SocketStream extends LiveStream {
    /** Maximum frames per second of any kind; a keep-alive needs one every few seconds. */
    private static final int MAX_FRAMES_PER_SECOND = 100;

    /** Maximum size of a message over all its fragments; the longest meaningful one has four bytes. */
    private static final int MAX_MESSAGE_BYTES = 4096;

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final String HEARTBEAT = "{\"v\":1,\"type\":\"heartbeat\"}";
    private static final String PING = "ping";
    private static final String PONG = "{\"type\":\"pong\"}";

    private final HttpServerRequest request;
    private final ServerWebSocket socket;

    /** Whether this node has sent a close frame. */
    private boolean ended;

    private boolean paused;
    private long secondStartNanos = System.nanoTime();
    private int framesThisSecond;
    private int messageBytes;

    /**
     * Creates a stream.
     *
     * @param request the upgraded request
     */
    public SocketStream(HttpServerRequest request, ServerWebSocket socket, StreamConfig config) {
        super(config);
        this.request = request;
        this.socket = socket;
    }

    @Override
    public void open() {
        socket.closeHandler(closed -> notifyClosed());
        socket.exceptionHandler(this::onError);
        socket.frameHandler(this::onFrame);
        socket.textMessageHandler(text -> {
            onMessage();
            if (text.equals(PING)) {
                sendIfWritable(PONG);
            }
        });
    }

    /** Checks a frame; Vert.x has already answered it if it was a ping. */
    private void onFrame(WebSocketFrame frame) {
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
            // A ping frame would undo socket.pause().
            paused = true;
            onChannel(channel -> channel.read(false));
        }
    }

    private void count(long now) {
        if (now - secondStartNanos >= SECOND_NANOS) {
            secondStartNanos = now;
            framesThisSecond = 0;
        }
        framesThisSecond++;
        if (framesThisSecond > 2 * MAX_FRAMES_PER_SECOND) {
            // The client ignored the close code or cannot receive one.
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

    /** Reports a protocol error to the client; Vert.x closes the connection after this call. */
    private void onError(Throwable error) {
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

    /** Called for each message from the client. */
    protected void onMessage() {
        // Only streams whose heartbeats depend on the client's silence need this.
    }

    /** Writes text frames. The future succeeds when the client can take more, and fails if the client disconnects. */
    protected final Future<Void> texts(List<String> frames) {
        return write(frames, Function.identity(), 0);
    }

    /** Writes a text frame; drops it if the client is not reading at present. */
    protected final void sendIfWritable(String frame) {
        if (!closed() && !socket.writeQueueFull()) {
            var unused = socket.writeFinalTextFrame(frame);
        }
    }

    private <T> Future<Void> write(List<T> frames, Function<T, String> text, int from) {
        for (int i = from; i < frames.size(); i++) {
            if (closed()) {
                return Future.failedFuture("the client has disconnected");
            }
            Future<Void> written = paced(socket.writeFinalTextFrame(text.apply(frames.get(i))));
            if (!written.isComplete()) {
                int next = i + 1;
                return written.compose(drained -> write(frames, text, next));
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
        sendIfWritable(message);
    }

    @Override
    protected void sendHeartbeat() {
        sendIfWritable(HEARTBEAT);
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
    protected boolean disconnected() {
        // The close handler reports it.
        return false;
    }

    @Override
    protected WriteStream<Buffer> out() {
        return socket;
    }
}
