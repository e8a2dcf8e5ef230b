package dev.rowhound.progress;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Reads one job's newest events for all watchers on this node. It reads the log when it is woken, or at a periodic
 * sweep if the hint was lost; it keeps a ring of the newest events, and passes each batch to all watchers at the
 * batch's start. It continues once all of them have received the batch: if that takes long, events accumulate in the
 * log and go out in one write.
 */
final class JobFeed {
    /** Maximum number of events in one read. */
    static final int MAX_BATCH = 256;

    /**
     * Size of a batch in characters, with at least one event. A stalled reader holds this much, as text and as bytes.
     */
    private static final int MAX_BATCH_CHARS = 64 * 1024;

    /** Size of the ring for watchers that lag slightly behind, in events and in characters. */
    private static final int MAX_RING_EVENTS = 512;

    private static final int MAX_RING_CHARS = 256 * 1024;

    /** Minimum interval of sweeps; up to as much again is added at random. */
    private static final int SWEEP_MILLIS = 1000;

    private final Vertx vertx;
    private final EventLog log;
    private final String job;
    private final Runnable waker = this::read;

    /** Followers by their event loop. */
    private final Map<Thread, Loop> loops = new ConcurrentHashMap<>();

    /** Number of subscriptions; modified only by {@link JobFeeds}, under its lock for the job. */
    int users;

    // Guarded by this:
    private final Deque<JobEvent> ring = new ArrayDeque<>();
    private int ringChars;

    /** The event before the ring, and the last event; null until the end of the log is known. */
    private @Nullable Cursor base;

    private @Nullable JobEvent head;
    private boolean registered;

    /** Whether the log continued after the last event when it was read; the job has ended only if it did not. */
    private boolean logContinues;

    /** Whether to look up the end of the log again before a watcher learns that there are no more events. */
    private boolean stale = true;

    private boolean closed;
    private boolean reading;
    private boolean woken;
    private long timer = -1;

    /** The followers of one event loop; accessed on that loop only. */
    private static final class Loop {
        final Context context;
        final List<Follower> followers = new ArrayList<>();

        Loop(Context context) {
            this.context = context;
        }
    }

    /** What a watcher gets at its cursor. */
    record Next(Kind kind, @Nullable EventBatch batch) {
        /** Events, no events yet, no events ever again, or unknown: read the log. */
        enum Kind {
            EVENTS,
            NOTHING,
            ENDED,
            READ_LOG
        }

        static Next of(Kind kind) {
            return new Next(kind, null);
        }
    }

    JobFeed(Vertx vertx, EventLog log, String job) {
        this.vertx = vertx;
        this.log = log;
        this.job = job;
    }

    Runnable waker() {
        return waker;
    }

    /** Returns true on the first call. */
    synchronized boolean register() {
        boolean first = !registered;
        registered = true;
        return first;
    }

    /** A subscriber on one event loop, called when there is more. */
    interface Follower {
        /** The feed has advanced by this batch, or has restarted if it is null. */
        void more(@Nullable PushedBatch pushed);

        /** Receives an item's progress, the wire form of {@link dev.rowhound.job.event.ItemProgress}. */
        default void progress(String progress) {
            // Not needed for totals.
        }
    }

    /** Stops reading. */
    synchronized void close() {
        closed = true;
        vertx.cancelTimer(timer);
    }

    /** Adds a follower; call it on the follower's event loop. */
    void add(Follower follower, Context context) {
        loops.computeIfAbsent(Thread.currentThread(), thread -> new Loop(context))
                .followers
                .add(follower);
        synchronized (this) {
            // The caller may know better than the feed: an ended job may have been retried a moment ago.
            stale |= head != null && head.terminal();
            if (!stale) {
                return;
            }
        }
        read();
    }

    /** Removes a follower; call it on the follower's event loop. */
    void remove(Follower follower) {
        Loop loop = loops.get(Thread.currentThread());
        if (loop != null) {
            loop.followers.remove(follower);
        }
    }

    /** Returns what a watcher at the cursor gets next. */
    synchronized Next next(Cursor cursor) {
        if (stale || base == null) {
            return Next.of(Next.Kind.NOTHING);
        }
        if (cursor.equals(head == null ? base : head.cursor())) {
            return Next.of(head != null && head.terminal() && !logContinues ? Next.Kind.ENDED : Next.Kind.NOTHING);
        }
        boolean known = cursor.equals(base);
        List<JobEvent> events = new ArrayList<>();
        int taken = 0;
        for (JobEvent event : ring) {
            if (known && events.size() < MAX_BATCH && taken < MAX_BATCH_CHARS) {
                events.add(event);
                taken += event.json().length();
            }
            known |= event.cursor().equals(cursor);
        }
        // Another cursor is older or newer than the ring, or from a history that one side has lost: only the log can
        // tell.
        return events.isEmpty() ? Next.of(Next.Kind.READ_LOG) : new Next(Next.Kind.EVENTS, new EventBatch(events));
    }

    /** Reads the log immediately. */
    void refresh() {
        read();
    }

    private void read() {
        Cursor from;
        synchronized (this) {
            if (closed) {
                return;
            }
            if (reading) {
                woken = true;
                return;
            }
            reading = true;
            woken = false;
            vertx.cancelTimer(timer);
            from = stale ? null : head == null ? base : head.cursor();
        }
        Future<Boolean> more = from == null
                ? log.last(job).compose(this::rebase)
                : log.after(job, from, MAX_BATCH)
                        .compose(read -> read.lost() ? log.last(job).compose(this::rebase) : append(read));
        more.onComplete(done -> afterRead(done.succeeded() && done.result()));
    }

    private void afterRead(boolean more) {
        synchronized (this) {
            reading = false;
            if (closed) {
                return;
            }
            if (!more && !woken) {
                // If Redis does not reply, the next sweep tries again; watchers only wait longer.
                int millis = SWEEP_MILLIS + ThreadLocalRandom.current().nextInt(SWEEP_MILLIS);
                timer = vertx.setTimer(millis, id -> read());
                return;
            }
        }
        read();
    }

    /** Restarts at the end of the log: at the start, and when the log's history has changed. */
    private Future<Boolean> rebase(@Nullable JobEvent last) {
        synchronized (this) {
            stale = false;
            logContinues = false;
            ring.clear();
            ringChars = 0;
            head = last;
            base = last == null ? Cursor.START : last.cursor();
        }
        return notifyFollowers(null).map(false);
    }

    private Future<Boolean> append(EventLog.Read read) {
        List<JobEvent> events = read.events();
        Future<Void> appended = Future.succeededFuture();
        for (int from = 0; from < events.size(); ) {
            List<JobEvent> part = part(events, from);
            from += part.size();
            boolean more = from < events.size() || read.more();
            appended = appended.compose(none -> appendPart(part, more));
        }
        return appended.map(read.more());
    }

    /** Returns the events from an index on that fit into one batch. */
    static List<JobEvent> part(List<JobEvent> events, int from) {
        int to = from;
        for (int taken = 0; to < events.size() && taken < MAX_BATCH_CHARS; to++) {
            taken += events.get(to).json().length();
        }
        return events.subList(from, to);
    }

    private Future<Void> appendPart(List<JobEvent> events, boolean more) {
        EventBatch batch = new EventBatch(events);
        Cursor before;
        synchronized (this) {
            before = head == null ? base : head.cursor();
            head = batch.lastEvent();
            logContinues = more;
            for (JobEvent event : events) {
                ring.add(event);
                ringChars += event.json().length();
            }
            while (ring.size() > MAX_RING_EVENTS || (ringChars > MAX_RING_CHARS && ring.size() > 1)) {
                JobEvent oldest = ring.remove();
                ringChars -= oldest.json().length();
                base = oldest.cursor();
            }
        }
        return notifyFollowers(new PushedBatch(before, batch));
    }

    /** A batch and the cursor of the watchers that it continues. */
    record PushedBatch(@Nullable Cursor before, EventBatch batch) {}

    /** Passes an item's progress to all followers. */
    void publishProgress(String progress) {
        for (Loop loop : loops.values()) {
            loop.context.runOnContext(run -> {
                for (Follower follower : loop.followers.toArray(new Follower[0])) {
                    follower.progress(progress);
                }
            });
        }
    }

    /** Notifies all followers; completes when each event loop has called its own. */
    private Future<Void> notifyFollowers(@Nullable PushedBatch pushed) {
        List<Future<Void>> called = new ArrayList<>();
        for (Loop loop : loops.values()) {
            Promise<Void> done = Promise.promise();
            called.add(done.future());
            loop.context.runOnContext(run -> {
                // Iterates over a copy, because followers may unsubscribe meanwhile.
                for (Follower follower : loop.followers.toArray(new Follower[0])) {
                    follower.more(pushed);
                }
                done.complete();
            });
        }
        return Future.all(called).mapEmpty();
    }
}
