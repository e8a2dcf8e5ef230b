package dev.rowhound.http.stream;

import dev.rowhound.progress.EventBatch;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.streams.WriteStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One stream to one client, independent of the protocol. Writes no faster than the client reads, sends heartbeats when
 * idle, and ends after its maximum age or when the client stops reading. Bound to one event loop; its
 * {@link OpenStreams} calls {@link #tick} regularly.
 */
public abstract class LiveStream {
    /** Time that a client has to complete the close before its connection is cut. */
    private static final long CLOSE_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(15);

    private static final long NEVER = -1;

    private final long heartbeatNanos;
    private final long stallNanos;
    private final long rotateNanos;
    private final long openedNanos = System.nanoTime();
    private long lastWriteNanos = openedNanos;
    private long blockedSince = NEVER;
    private long closedSince = NEVER;
    private boolean finished;

    /** Completes when the client can take more; null if no write waits. */
    private @Nullable Promise<Void> writable;

    private final List<Runnable> closeHandlers = new ArrayList<>(2);

    protected LiveStream(StreamConfig config) {
        this.heartbeatNanos = TimeUnit.MILLISECONDS.toNanos(config.heartbeatMillis());
        this.stallNanos = TimeUnit.SECONDS.toNanos(config.stallSeconds());
        long minNanos = TimeUnit.SECONDS.toNanos(config.rotateSeconds());
        // Random, so that streams that reconnected together do not do so again.
        this.rotateNanos = minNanos + ThreadLocalRandom.current().nextLong(minNanos);
    }

    /** Sends the response head and the first bytes immediately. */
    public abstract void open();

    /** Writes events. The future succeeds when the client can take more, and fails if the client disconnects. */
    public abstract Future<Void> events(EventBatch batch);

    /**
     * Writes events of one of several jobs; otherwise like {@link #events(EventBatch)}.
     *
     * @param cursor the client's cursor over all jobs after these events
     */
    public Future<Void> events(EventBatch batch, String cursor) {
        JsonObject message = new JsonObject().put("v", 1).put("type", "cursor").put("id", cursor);
        return events(batch).compose(written -> event("cursor", cursor, message, message));
    }

    /**
     * Writes an unnumbered event.
     *
     * @param type such as {@code reset} or {@code totals}
     * @param id the client's cursor after the event
     * @param data the data field for SSE
     * @param message the complete message for WebSockets
     */
    public abstract Future<Void> event(String type, String id, JsonObject data, JsonObject message);

    /**
     * Writes a message without number and id. Drops it if the client is not reading at present.
     *
     * @param message the data field for SSE, or the complete message for WebSockets
     */
    public abstract void notice(String type, String message);

    /** Ends the stream. */
    public abstract void end(StreamEnd why);

    /** Returns whether nothing more can be written, because the client has disconnected or the stream has ended. */
    public abstract boolean closed();

    /** Returns whether the connection of a closed stream is closed too. */
    protected abstract boolean disconnected();

    /** Closes the connection and drops pending writes. */
    protected abstract void cut();

    /** Returns the Vert.x stream for writing. */
    protected abstract WriteStream<Buffer> out();

    protected abstract void sendHeartbeat();

    /** Called when a blocked client reads again. */
    protected void drained() {
        // Subclasses resume here what they paused.
    }

    /** Registers a handler that is called once when the stream ends; immediately if it has ended. */
    public final void onClose(Runnable handler) {
        if (finished) {
            handler.run();
        } else {
            closeHandlers.add(handler);
        }
    }

    /** Calls the close handlers, once. */
    protected final void notifyClosed() {
        if (!finished) {
            finished = true;
            closeHandlers.forEach(Runnable::run);
        }
    }

    /**
     * Ends a stalled or old stream, or sends a heartbeat if one is due. Call it several times per heartbeat interval.
     */
    final void tick() {
        if (finished) {
            return;
        }
        long now = System.nanoTime();
        if (closed()) {
            close(now);
            return;
        }
        if (blocked(now)) {
            if (now - blockedSince > stallNanos) {
                end(StreamEnd.STALLED);
            }
        } else if (now - openedNanos > rotateNanos) {
            end(StreamEnd.ROTATED);
        } else if (now - lastWriteNanos >= heartbeatNanos) {
            lastWriteNanos = now;
            sendHeartbeat();
        }
    }

    private void close(long now) {
        if (disconnected()) {
            // The client disconnected before the close handler was set.
            notifyClosed();
        } else if (closedSince == NEVER) {
            closedSince = now;
        } else if (now - closedSince > CLOSE_TIMEOUT_NANOS) {
            // A client that does not read does not answer a close frame either.
            cut();
            notifyClosed();
        }
    }

    /** Records a write that bypassed {@link #paced}, to a client that can take more. */
    protected final Future<Void> wrote(long nanos) {
        lastWriteNanos = nanos;
        return Future.succeededFuture();
    }

    /**
     * Applies back-pressure after a write.
     *
     * @param write the result of the last write
     * @return succeeds when more may be written; fails with the write
     */
    protected final Future<Void> paced(Future<Void> write) {
        lastWriteNanos = System.nanoTime();
        if (!out().writeQueueFull()) {
            return Future.succeededFuture();
        }
        block(lastWriteNanos);
        Promise<Void> result = writable == null ? Promise.promise() : writable;
        writable = result;
        // The queue of a disconnected client never drains; its write fails instead.
        write.onFailure(result::tryFail);
        return result.future();
    }

    /**
     * Returns whether the write queue is full, also if heartbeats or automatic replies of Vert.x filled it, which
     * bypass {@link #paced}. Then {@link #drained} is called when it has drained.
     */
    protected final boolean blocked(long now) {
        if (blockedSince == NEVER && out().writeQueueFull()) {
            block(now);
        }
        return blockedSince != NEVER;
    }

    /** Records since when the client does not read, until the queue drains. */
    private void block(long now) {
        blockedSince = now;
        out().drainHandler(none -> {
            blockedSince = NEVER;
            Promise<Void> result = writable;
            writable = null;
            drained();
            if (result != null) {
                result.tryComplete();
            }
        });
    }
}
