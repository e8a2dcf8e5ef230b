package dev.trawl.http.stream;

import dev.trawl.progress.EventBatch;
import dev.trawl.progress.JobEvent;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** A WebSocket (RFC 6455): each event is a text frame, the JSON itself. A client's {@code ping} is answered. */
public final class SocketStream extends LiveStream {
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
            if (text.equals(PING) && !closed() && !socket.writeQueueFull()) {
                var unused = socket.writeTextMessage(PONG);
            }
        });
    }

    @Override
    public Future<Void> events(EventBatch batch) {
        return write(batch.events(), 0);
    }

    private Future<Void> write(List<JobEvent> events, int from) {
        for (int i = from; i < events.size(); i++) {
            if (closed()) {
                return Future.failedFuture("the client is gone");
            }
            Future<Void> taken =
                    paced(socket, socket.writeTextMessage(events.get(i).json()));
            if (!taken.isComplete()) {
                int next = i + 1;
                return taken.compose(room -> write(events, next));
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
        if (!socket.writeQueueFull()) {
            var beaten = socket.writeTextMessage(HEARTBEAT);
        }
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
