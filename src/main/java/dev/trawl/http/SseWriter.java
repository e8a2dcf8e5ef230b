package dev.trawl.http;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/**
 * Writes one stream of Server-Sent Events (WHATWG HTML, section 9.2). Heartbeats keep it alive through proxies that cut
 * silent connections, and tell a client that silence is not death.
 */
public final class SseWriter {
    private static final Buffer HEARTBEAT = Buffer.buffer("event: heartbeat\ndata: {}\n\n");

    /** How soon a browser comes back, in milliseconds, and the first bytes, which make proxies pass the head on. */
    private static final Buffer GREETING = Buffer.buffer("retry: 1000\n\n");

    private final Vertx vertx;
    private final HttpServerResponse response;
    private final PacedWriter writer;
    private final int heartbeatMillis;
    private Handler<Void> closeHandler = closed -> {};
    private long timer = -1;
    private boolean silent;
    private boolean over;

    /**
     * For that response.
     *
     * @param heartbeatMillis how often a silent stream sends a heartbeat
     */
    public SseWriter(Vertx vertx, HttpServerResponse response, int heartbeatMillis) {
        this.vertx = vertx;
        this.response = response;
        this.writer = new PacedWriter(response);
        this.heartbeatMillis = heartbeatMillis;
    }

    /** Sends the head and the first bytes at once. */
    public void open() {
        response.setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store, no-cache, no-transform")
                .putHeader("X-Accel-Buffering", "no");
        response.closeHandler(closed -> over());
        response.endHandler(ended -> over());
        var greeted = response.write(GREETING);
        timer = vertx.setPeriodic(heartbeatMillis, id -> beat());
    }

    private void beat() {
        if (response.ended() || response.closed()) {
            // The client was gone before the stream began, so that no handler was told.
            over();
            return;
        }
        if (silent && !response.writeQueueFull()) {
            var beaten = response.write(HEARTBEAT);
        }
        silent = true;
    }

    private void over() {
        vertx.cancelTimer(timer);
        if (!over) {
            over = true;
            closeHandler.handle(null);
        }
    }

    /** Sets what is called once when the stream is over, whoever ended it. */
    void onClose(Handler<Void> handler) {
        closeHandler = handler;
    }

    /** Writes whole events; the future succeeds when the client can take more. */
    public Future<Void> write(Buffer events) {
        silent = false;
        return writer.write(events);
    }

    /** Ends the stream. */
    public void end() {
        if (!response.ended() && !response.closed()) {
            var unused = response.end();
        }
    }

    /** Appends an event with an id. The data is one line. */
    static void append(Buffer bytes, String id, String type, String data) {
        bytes.appendString("id: ")
                .appendString(id)
                .appendString("\nevent: ")
                .appendString(type)
                .appendString("\ndata: ")
                .appendString(data)
                .appendString("\n\n");
    }

    /** Appends an event of no name and no id. */
    public static void append(Buffer bytes, String data) {
        bytes.appendString("data: ").appendString(data).appendString("\n\n");
    }
}
