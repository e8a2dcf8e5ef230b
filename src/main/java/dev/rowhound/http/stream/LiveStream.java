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
 * One stream to one client, of whatever protocol. It is written to no faster than its client reads, sends a heartbeat
 * when it has been silent, and ends when it is old or its reader stands still. Lives on one event loop, whose
 * {@link OpenStreams} moves it on by {@link #tick}.
 */
public abstract class LiveStream {
    /** How long a client has to take its end before its connection is cut. */
    private static final long CLOSING_NANOS = TimeUnit.SECONDS.toNanos(15);

    private static final long NEVER = -1;

    private final long heartbeatNanos;
    private final long stallNanos;
    private final long rotateNanos;
    private final long born = System.nanoTime();
    private long written = born;
    private long blockedSince = NEVER;
    private long closedSince = NEVER;
    private boolean over;

    /** What waits for room; null where nothing does. */
    private @Nullable Promise<Void> waiting;

    private final List<Runnable> closeHandlers = new ArrayList<>(2);

    /** A stream that keeps to those times. */
    protected LiveStream(StreamConfig config) {
        this.heartbeatNanos = TimeUnit.MILLISECONDS.toNanos(config.heartbeatMillis());
        this.stallNanos = TimeUnit.SECONDS.toNanos(config.stallSeconds());
        long least = TimeUnit.SECONDS.toNanos(config.rotateSeconds());
        // Streams that were opened together, after a node's end, do not come back together.
        this.rotateNanos = least + ThreadLocalRandom.current().nextLong(least);
    }

    /** Sends the head and the first bytes at once. */
    public abstract void open();

    /** Writes events; the future succeeds when the client can take more, and fails when it is gone. */
    public abstract Future<Void> events(EventBatch batch);

    /**
     * Writes events of one of several jobs; the future is as of {@link #events(EventBatch)}.
     *
     * @param cursor the place in all of the jobs that the client has with them
     */
    public Future<Void> events(EventBatch batch, String cursor) {
        JsonObject place = new JsonObject().put("v", 1).put("type", "cursor").put("id", cursor);
        return events(batch).compose(written -> event("cursor", cursor, place, place));
    }

    /**
     * Writes an event that has no number.
     *
     * @param type such as {@code reset} or {@code totals}
     * @param id the cursor that the client has with it
     * @param data what SSE carries as data
     * @param message the same as a message that stands by itself
     */
    public abstract Future<Void> event(String type, String id, JsonObject data, JsonObject message);

    /**
     * Writes a message that has neither number nor id, if the client takes any at present; else it is dropped.
     *
     * @param message what SSE carries as data, and a message that stands by itself
     */
    public abstract void notice(String type, String message);

    /** Ends the stream. */
    public abstract void end(StreamEnd why);

    /** Whether nothing more can be written: the client is gone, or the stream has been ended. */
    public abstract boolean closed();

    /** Whether the connection of a stream that is closed has been let go. */
    protected abstract boolean gone();

    /** Lets go of the connection and of all that was written to it. */
    protected abstract void cut();

    /** Where the stream is written to. */
    protected abstract WriteStream<Buffer> out();

    /** Sends a heartbeat. */
    protected abstract void beat();

    /** The client has begun to take what was written. */
    protected void drained() {
        // Subclasses that have stopped something until then go on with it.
    }

    /** Calls that once when either end has ended the stream; at once if that has happened. */
    public final void onClose(Runnable handler) {
        if (over) {
            handler.run();
        } else {
            closeHandlers.add(handler);
        }
    }

    /** Tells that the stream is over. */
    protected final void over() {
        if (!over) {
            over = true;
            closeHandlers.forEach(Runnable::run);
        }
    }

    /** Does what is due: to be called regularly, several times a heartbeat. */
    final void tick() {
        if (over) {
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
        } else if (now - born > rotateNanos) {
            end(StreamEnd.ROTATED);
        } else if (now - written >= heartbeatNanos) {
            written = now;
            beat();
        }
    }

    private void close(long now) {
        if (gone()) {
            // Before the stream began, so that no handler was called.
            over();
        } else if (closedSince == NEVER) {
            closedSince = now;
        } else if (now - closedSince > CLOSING_NANOS) {
            // A client that does not read does not answer a close frame either.
            cut();
            over();
        }
    }

    /** Something has been written at that time, and the client takes more. */
    protected final Future<Void> wrote(long nanos) {
        written = nanos;
        return Future.succeededFuture();
    }

    /**
     * What has been written, held against what the client takes.
     *
     * @param bytes how the last write went
     * @return succeeds when more may be written
     */
    protected final Future<Void> paced(Future<Void> bytes) {
        written = System.nanoTime();
        if (!out().writeQueueFull()) {
            return Future.succeededFuture();
        }
        block(written);
        Promise<Void> room = waiting == null ? Promise.promise() : waiting;
        waiting = room;
        // A client that leaves never drains; then the write itself fails.
        bytes.onFailure(room::tryFail);
        return room.future();
    }

    /**
     * Whether the client takes nothing at present, however the queue was filled: heartbeats and what Vert.x answers by
     * itself go past {@link #paced}. Then {@link #drained} is called once it does.
     */
    protected final boolean blocked(long now) {
        if (blockedSince == NEVER && out().writeQueueFull()) {
            block(now);
        }
        return blockedSince != NEVER;
    }

    /** The client takes nothing from that time on, until the queue drains. */
    private void block(long now) {
        blockedSince = now;
        out().drainHandler(none -> {
            blockedSince = NEVER;
            Promise<Void> room = waiting;
            waiting = null;
            drained();
            if (room != null) {
                room.tryComplete();
            }
        });
    }
}
