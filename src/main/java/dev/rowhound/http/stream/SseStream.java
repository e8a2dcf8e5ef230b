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
 * A stream of Server-Sent Events (WHATWG HTML, section 9.2). Heartbeats keep it open through proxies that close idle
 * connections, and show the client that the node is alive.
 */
public final class SseStream extends LiveStream {
    /** Encodes events with type, data and id. */
    public static final EventBatch.Encoding ENCODING = SseStream::encode;

    /**
     * Encodes events without ids and without the final line end. A stream over several jobs has a cursor only on the
     * last event of a write.
     */
    private static final EventBatch.Encoding UNFINISHED = SseStream::unfinished;

    private static final String BEAT = "event: heartbeat\ndata: {}\n";
    private static final Buffer HEARTBEAT = Buffer.buffer(BEAT + "\n");

    /** A heartbeat for clients that treat every event as progress. */
    private static final Buffer COMMENT = Buffer.buffer(":\n\n");

    /** Larger buffers are split, so that the progress of a slow client is visible. */
    private static final int MAX_WRITE_BYTES = 16 * 1024;

    /** Maximum time between writes through Vert.x, whose idle time-out of about 75 s does not see direct writes. */
    private static final long MAX_DIRECT_NANOS = TimeUnit.SECONDS.toNanos(10);

    /**
     * Delay before a client reconnects after a fault; a random part of the spread is added, so that clients do not
     * reconnect together.
     */
    private static final int RETRY_MILLIS = 1000;

    private static final int RETRY_SPREAD_MILLIS = 2000;

    /** Delay before a client reconnects after a shutdown; the spread is added too. */
    private static final int SHUTDOWN_RETRY_MILLIS = 100;

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final @Nullable ChunkPath chunkPath;
    private final boolean comments;

    /** The last write through Vert.x; null once it is known to have been sent. */
    private @Nullable Future<Void> vertxWrite;

    private long vertxWriteNanos;

    /** Whether the response head has been written and the end has not. */
    private boolean streaming;

    /**
     * Returns the id of the last event that the client has received. The header takes precedence: when a browser
     * reconnects, it sends the header together with its initial URL.
     */
    public static @Nullable String lastEventId(HttpServerRequest request) {
        String header = request.getHeader("Last-Event-ID");
        String id = header == null || header.isBlank() ? request.getParam("lastEventId") : header;
        return id == null || id.isBlank() ? null : id;
    }

    /** Creates a stream as the response to the request. */
    public SseStream(HttpServerRequest request, StreamConfig config) {
        this(request, config, false);
    }

    private SseStream(HttpServerRequest request, StreamConfig config, boolean comments) {
        super(config);
        this.comments = comments;
        this.request = request;
        this.response = request.response();
        this.chunkPath = ChunkPath.of(request);
    }

    /** Creates a stream whose heartbeats are comments, for clients that only know their own events. */
    public static SseStream ofComments(HttpServerRequest request, StreamConfig config) {
        return new SseStream(request, config, true);
    }

    @Override
    public void open() {
        response.setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store, no-cache, no-transform")
                .putHeader("X-Accel-Buffering", "no");
        response.closeHandler(closed -> notifyClosed());
        response.endHandler(ended -> notifyClosed());
        // The first bytes make proxies forward the response head.
        var unused = send(comments ? COMMENT : retry(RETRY_MILLIS));
        streaming = true;
    }

    @Override
    public Future<Void> events(EventBatch batch) {
        Buffer bytes = batch.as(ENCODING);
        long now = System.nanoTime();
        return writeDirectly(bytes, now) ? wrote(now) : write(bytes);
    }

    /**
     * Writes directly to the channel if possible. With thousands of streams every field access is a cache miss, so it
     * reads few objects.
     */
    private boolean writeDirectly(Buffer bytes, long now) {
        if (chunkPath == null
                || !streaming
                || now - vertxWriteNanos >= MAX_DIRECT_NANOS
                || bytes.length() > MAX_WRITE_BYTES) {
            return false;
        }
        if (vertxWrite != null) {
            if (!vertxWrite.succeeded()) {
                return false;
            }
            vertxWrite = null;
        }
        return chunkPath.write(bytes);
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

    /**
     * Writes complete events. The future succeeds when the client can take more, and fails if the client disconnects.
     */
    public Future<Void> write(Buffer events) {
        if (closed()) {
            return Future.failedFuture("the client has disconnected");
        }
        if (events.length() <= MAX_WRITE_BYTES) {
            return paced(send(events));
        }
        return paced(send(events.slice(0, MAX_WRITE_BYTES)))
                .compose(done -> write(events.slice(MAX_WRITE_BYTES, events.length())));
    }

    private Future<Void> send(Buffer bytes) {
        vertxWriteNanos = System.nanoTime();
        Future<Void> written = response.write(bytes);
        vertxWrite = written;
        return written;
    }

    @Override
    public void notice(String type, String message) {
        if (!closed() && !blocked(System.nanoTime())) {
            Buffer bytes = Buffer.buffer();
            begin(bytes, type, message);
            var unused = send(bytes.appendString("\n"));
        }
    }

    @Override
    protected void sendHeartbeat() {
        if (!response.writeQueueFull()) {
            var unused = send(comments ? COMMENT : HEARTBEAT);
        }
    }

    @Override
    public void end(StreamEnd why) {
        if (closed()) {
            return;
        }
        streaming = false;
        switch (why) {
            case STALLED -> cut();
            case SHUTDOWN -> response.end(comments ? COMMENT : retry(SHUTDOWN_RETRY_MILLIS));
            case ROTATED, ENDED, GONE -> response.end();
        }
    }

    @Override
    public boolean closed() {
        return response.ended() || response.closed();
    }

    @Override
    protected boolean disconnected() {
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

    /**
     * Encodes the reconnection delay within a heartbeat, because some clients treat a block without data as an event.
     */
    private static Buffer retry(int millis) {
        return Buffer.buffer(
                BEAT + "retry: " + (millis + ThreadLocalRandom.current().nextInt(RETRY_SPREAD_MILLIS)) + "\n\n");
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

    /** Appends an event with an id. The data must be one line. */
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

    /**
     * Appends the id last: some clients store the id before the event is complete, and would lose the event if the
     * connection broke in between.
     */
    private static void finish(Buffer bytes, String id) {
        bytes.appendString("id: ").appendString(id).appendString("\n\n");
    }

    /** Appends an event without type and id. */
    public static void append(Buffer bytes, String data) {
        bytes.appendString("data: ").appendString(data).appendString("\n\n");
    }
}
