package dev.rowhound.http.stream;

import dev.rowhound.progress.EventBatch;
import dev.rowhound.progress.JobEvent;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.core.streams.WriteStream;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A stream of Server-Sent Events (WHATWG HTML, section 9.2). Heartbeats keep it alive through proxies that cut silent
 * connections, and tell a client that silence is not death.
 */
public final class SseStream extends LiveStream {
    /** What events look like on the wire: type, data, id. */
    public static final EventBatch.Encoding ENCODING = SseStream::encode;

    /** Without ids and without the last one's end: among several jobs the place stands in the last one of a write only. */
    private static final EventBatch.Encoding UNFINISHED = SseStream::unfinished;

    private static final String BEAT = "event: heartbeat\ndata: {}\n";
    private static final Buffer HEARTBEAT = Buffer.buffer(BEAT + "\n");

    /** A heartbeat for clients that take each event for news. */
    private static final Buffer COMMENT = Buffer.buffer(":\n\n");

    /** Larger buffers are written in pieces, so that a slow reader's progress is seen. */
    private static final int PIECE = 16 * 1024;

    /** After so long a stream is written to by way of Vert.x, whose idle time-out, some 75 s, sees nothing else. */
    private static final long SEEN_NANOS = TimeUnit.SECONDS.toNanos(10);

    /**
     * How soon a client comes back after a fault, in milliseconds, and up to how much later, so that not all do at
     * once.
     */
    private static final int RETRY_MILLIS = 1000;

    private static final int RETRY_SPREAD = 2000;

    /** The same after an end that this node has chosen. */
    private static final int SOON_MILLIS = 100;

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final @Nullable ChunkPath path;
    private final boolean comments;

    /** The last write by way of Vert.x, null once it is known to have been sent; and when that was. */
    private @Nullable Future<Void> sent;

    private long seen;

    /** Whether the head has been written, and not yet the end. */
    private boolean open;

    /** What the client has seen last. The header wins: a browser sends it, with the address it began with. */
    public static @Nullable String lastEventId(HttpServerRequest request) {
        String header = request.getHeader("Last-Event-ID");
        String id = header == null || header.isBlank() ? request.getParam("lastEventId") : header;
        return id == null || id.isBlank() ? null : id;
    }

    /** The answer to that request. */
    public SseStream(HttpServerRequest request, StreamConfig config) {
        this(request, config, false);
    }

    private SseStream(HttpServerRequest request, StreamConfig config, boolean comments) {
        super(config);
        this.comments = comments;
        this.request = request;
        this.response = request.response();
        this.path = ChunkPath.of(request);
    }

    /** The answer to a client that knows no events but its own: heartbeats are comments. */
    public static SseStream ofComments(HttpServerRequest request, StreamConfig config) {
        return new SseStream(request, config, true);
    }

    @Override
    public void open() {
        response.setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store, no-cache, no-transform")
                .putHeader("X-Accel-Buffering", "no");
        response.closeHandler(closed -> over());
        response.endHandler(ended -> over());
        // The first bytes make proxies pass the head on.
        var greeted = send(comments ? COMMENT : retry(RETRY_MILLIS));
        open = true;
    }

    @Override
    public Future<Void> events(EventBatch batch) {
        Buffer bytes = batch.as(ENCODING);
        long now = System.nanoTime();
        return byPath(bytes, now) ? wrote(now) : write(bytes);
    }

    /** Looks at little beside this object: with thousands of streams each further one is far away. */
    private boolean byPath(Buffer bytes, long now) {
        if (path == null || !open || now - seen >= SEEN_NANOS || bytes.length() > PIECE) {
            return false;
        }
        if (sent != null) {
            if (!sent.succeeded()) {
                return false;
            }
            sent = null;
        }
        return path.write(bytes);
    }

    @Override
    public Future<Void> events(EventBatch batch, String cursor) {
        Buffer bytes = Buffer.buffer().appendBuffer(batch.as(UNFINISHED));
        finish(bytes, cursor);
        return write(bytes);
    }

    @Override
    public Future<Void> event(String type, String id, JsonObject data, JsonObject message) {
        Buffer bytes = Buffer.buffer();
        append(bytes, id, type, data.encode());
        return write(bytes);
    }

    /** Writes whole events; the future succeeds when the client can take more, and fails when it is gone. */
    public Future<Void> write(Buffer events) {
        if (closed()) {
            return Future.failedFuture("the client is gone");
        }
        if (events.length() <= PIECE) {
            return paced(send(events));
        }
        return paced(send(events.slice(0, PIECE))).compose(taken -> write(events.slice(PIECE, events.length())));
    }

    private Future<Void> send(Buffer bytes) {
        seen = System.nanoTime();
        Future<Void> written = response.write(bytes);
        sent = written;
        return written;
    }

    @Override
    public void notice(String type, String message) {
        if (!closed() && !blocked(System.nanoTime())) {
            Buffer bytes = Buffer.buffer();
            begin(bytes, type, message);
            var noticed = send(bytes.appendString("\n"));
        }
    }

    @Override
    protected void beat() {
        if (!response.writeQueueFull()) {
            var beaten = send(comments ? COMMENT : HEARTBEAT);
        }
    }

    @Override
    public void end(StreamEnd why) {
        if (closed()) {
            return;
        }
        open = false;
        switch (why) {
            case STALLED -> cut();
            case SHUTDOWN -> response.end(comments ? COMMENT : retry(SOON_MILLIS));
            case ROTATED, ENDED, GONE -> response.end();
        }
    }

    @Override
    public boolean closed() {
        return response.ended() || response.closed();
    }

    @Override
    protected boolean gone() {
        return closed();
    }

    @Override
    protected void cut() {
        DeadConnection.cut(request);
    }

    @Override
    protected WriteStream<Buffer> out() {
        return response;
    }

    /** Says when to come back, in a heartbeat: some clients take a block without data for an event. */
    private static Buffer retry(int millis) {
        return Buffer.buffer(
                BEAT + "retry: " + (millis + ThreadLocalRandom.current().nextInt(RETRY_SPREAD)) + "\n\n");
    }

    private static Buffer encode(List<JobEvent> events) {
        Buffer bytes = Buffer.buffer();
        for (JobEvent event : events) {
            append(bytes, event.cursor().toString(), event.type(), event.json());
        }
        return bytes;
    }

    private static Buffer unfinished(List<JobEvent> events) {
        Buffer bytes = Buffer.buffer();
        for (int i = 0; i < events.size(); i++) {
            begin(
                    i == 0 ? bytes : bytes.appendString("\n"),
                    events.get(i).type(),
                    events.get(i).json());
        }
        return bytes;
    }

    /** Appends an event with an id. The data is one line. */
    public static void append(Buffer bytes, String id, String type, String data) {
        begin(bytes, type, data);
        finish(bytes, id);
    }

    /** Appends an event without an id. */
    public static void append(Buffer bytes, String type, String data) {
        begin(bytes, type, data);
        bytes.appendString("\n");
    }

    private static void begin(Buffer bytes, String type, String data) {
        bytes.appendString("event: ")
                .appendString(type)
                .appendString("\ndata: ")
                .appendString(data)
                .appendString("\n");
    }

    /** The id stands last: some clients take it over before the event is whole, and lose the event at a cut in between. */
    private static void finish(Buffer bytes, String id) {
        bytes.appendString("id: ").appendString(id).appendString("\n\n");
    }

    /** Appends an event of no name and no id. */
    public static void append(Buffer bytes, String data) {
        bytes.appendString("data: ").appendString(data).appendString("\n\n");
    }
}
