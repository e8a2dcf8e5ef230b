package dev.trawl.http.stream;

import dev.trawl.progress.EventBatch;
import dev.trawl.progress.JobEvent;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Function;

/** A WebSocket (RFC 6455): each event is a text frame, the JSON itself. A client's {@code ping} is answered. */
public class SocketStream extends LiveStream {
    private static final String HEARTBEAT = "{\"v\":1,\"type\":\"heartbeat\"}";
    private static final String PING = "ping";
    private static final String PONG = "{\"type\":\"pong\"}";

    private final HttpServerRequest request;
    private final ServerWebSocket socket;

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
        // A frame that breaks the rules closes the socket; nothing is to be done about it.
        socket.exceptionHandler(error -> {});
        socket.textMessageHandler(text -> {
            heard();
            if (text.equals(PING)) {
                tell(PONG);
            }
        });
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
            var told = socket.writeTextMessage(frame);
        }
    }

    private <T> Future<Void> write(List<T> frames, Function<T, String> text, int from) {
        for (int i = from; i < frames.size(); i++) {
            if (closed()) {
                return Future.failedFuture("the client is gone");
            }
            Future<Void> taken = paced(socket, socket.writeTextMessage(text.apply(frames.get(i))));
            if (!taken.isComplete()) {
                int next = i + 1;
                return taken.compose(room -> write(frames, text, next));
            }
        }
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> event(String type, String id, JsonObject data, JsonObject message) {
        return closed()
                ? Future.failedFuture("the client is gone")
                : paced(socket, socket.writeTextMessage(message.encode()));
    }

    @Override
    protected void beat() {
        tell(HEARTBEAT);
    }

    @Override
    public void end(StreamEnd why) {
        if (closed()) {
            return;
        }
        if (why == StreamEnd.STALLED) {
            DeadConnection.cut(request);
        } else {
            var unused = socket.close(why.code(), why.reason());
        }
    }

    @Override
    public boolean closed() {
        return socket.isClosed();
    }
}
