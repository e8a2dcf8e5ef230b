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
 * One job's newest events on this node. It reads the log from where it stands whenever it is woken, or by its sweep
 * where the hint was lost, keeps a ring of the newest events, and hands each batch to all watchers that stand where it
 * begins. It reads on when all of them have been handed the last one: where that takes long, events gather in the
 * log meanwhile and go out in one write.
 */
final class JobFeed {
    /** How many events are read at a time. */
    static final int BATCH = 256;

    /**
     * How many characters are handed on at a time, one event at least: as much is held for a reader that stands still,
     * as text and as bytes.
     */
    private static final int BATCH_CHARACTERS = 64 * 1024;

    /** How many of the newest events are kept for watchers that are not quite as far, and how many characters. */
    private static final int RING_EVENTS = 512;

    private static final int RING_CHARACTERS = 256 * 1024;

    /** The least time between two sweeps, in milliseconds; as much again is added at random. */
    private static final int SWEEP_MILLIS = 1000;

    private final Vertx vertx;
    private final EventLog log;
    private final String job;
    private final Runnable waker = this::read;

    /** Watchers by the event loop that they live on. */
    private final Map<Thread, Loop> loops = new ConcurrentHashMap<>();

    /** How many watchers use it; changed by {@link JobFeeds} only, which holds its lock on the job meanwhile. */
    int users;

    // All below is guarded by this.
    private final Deque<JobEvent> ring = new ArrayDeque<>();
    private int characters;

    /** The event before the ring's first one, and the last one; null until the log's end is known. */
    private @Nullable Cursor base;

    private @Nullable JobEvent head;
    private boolean begun;

    /** Whether the log went on behind the last event when it was read: only where it did not has the job ended. */
    private boolean goesOn;

    /** Whether the log's end is to be looked up anew before a watcher hears that there is nothing more. */
    private boolean stale = true;

    private boolean closed;
    private boolean reading;
    private boolean woken;
    private long timer = -1;

    /** Who follows on one event loop; used on that loop only. */
    private static final class Loop {
        final Context context;
        final List<Follower> followers = new ArrayList<>();

        Loop(Context context) {
            this.context = context;
        }
    }

    /** What a watcher gets at its cursor. */
    record Next(Kind kind, @Nullable EventBatch batch) {
        /** Whether events are at hand, there are none yet, there will be none, or the log must be asked. */
        enum Kind {
            EVENTS,
            NOTHING,
            ENDED,
            ASK
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

    /** What wakes it. */
    Runnable waker() {
        return waker;
    }

    /** Whether this is the first call. */
    synchronized boolean begin() {
        boolean first = !begun;
        begun = true;
        return first;
    }

    /** A subscriber, called when there is more; lives on one event loop. */
    interface Follower {
        /** The feed has gone on, by that batch, or has begun again. */
        void more(@Nullable Handed handed);

        /** An item of the job is that far, in the wire form of {@link dev.rowhound.job.event.ItemProgress}. */
        default void progress(String progress) {
            // Of no interest to those who count.
        }
    }

    /** Reads no more. */
    synchronized void close() {
        closed = true;
        vertx.cancelTimer(timer);
    }

    /** Adds a follower; called on its event loop. */
    void add(Follower follower, Context context) {
        loops.computeIfAbsent(Thread.currentThread(), thread -> new Loop(context))
                .followers
                .add(follower);
        synchronized (this) {
            // Who comes to a job that has ended may know better: it may have been retried a moment ago.
            stale |= head != null && head.terminal();
            if (!stale) {
                return;
            }
        }
        read();
    }

    /** Takes a follower out; called on its event loop. */
    void remove(Follower follower) {
        Loop loop = loops.get(Thread.currentThread());
        if (loop != null) {
            loop.followers.remove(follower);
        }
    }

    /** What a watcher at that cursor gets next. */
    synchronized Next next(Cursor cursor) {
        if (stale || base == null) {
            return Next.of(Next.Kind.NOTHING);
        }
        if (cursor.equals(head == null ? base : head.cursor())) {
            return Next.of(head != null && head.terminal() && !goesOn ? Next.Kind.ENDED : Next.Kind.NOTHING);
        }
        boolean known = cursor.equals(base);
        List<JobEvent> events = new ArrayList<>();
        int taken = 0;
        for (JobEvent event : ring) {
            if (known && events.size() < BATCH && taken < BATCH_CHARACTERS) {
                events.add(event);
                taken += event.json().length();
            }
            known |= event.cursor().equals(cursor);
        }
        // A cursor that is not among them is from before or from ahead of them, or from a history that one of both has
        // lost; only the log tells.
        return events.isEmpty() ? Next.of(Next.Kind.ASK) : new Next(Next.Kind.EVENTS, new EventBatch(events));
    }

    /** Reads on at once. */
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
        Future<Boolean> round = from == null
                ? log.last(job).compose(this::rebase)
                : log.after(job, from, BATCH)
                        .compose(read -> read.lost() ? log.last(job).compose(this::rebase) : append(read));
        round.onComplete(done -> settled(done.succeeded() && done.result()));
    }

    private void settled(boolean more) {
        synchronized (this) {
            reading = false;
            if (closed) {
                return;
            }
            if (!more && !woken) {
                // A store that does not answer is asked again at the next sweep; watchers only wait longer.
                int millis = SWEEP_MILLIS + ThreadLocalRandom.current().nextInt(SWEEP_MILLIS);
                timer = vertx.setTimer(millis, id -> read());
                return;
            }
        }
        read();
    }

    /** Begins again at the log's end: at first, and when the log is not the one that was read before. */
    private Future<Boolean> rebase(@Nullable JobEvent last) {
        synchronized (this) {
            stale = false;
            goesOn = false;
            ring.clear();
            characters = 0;
            head = last;
            base = last == null ? Cursor.START : last.cursor();
        }
        return hand(null).map(false);
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

    /** As many of the events from that index on as are handed on at a time. */
    static List<JobEvent> part(List<JobEvent> events, int from) {
        int to = from;
        for (int taken = 0; to < events.size() && taken < BATCH_CHARACTERS; to++) {
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
            goesOn = more;
            for (JobEvent event : events) {
                ring.add(event);
                characters += event.json().length();
            }
            while (ring.size() > RING_EVENTS || (characters > RING_CHARACTERS && ring.size() > 1)) {
                JobEvent oldest = ring.remove();
                characters -= oldest.json().length();
                base = oldest.cursor();
            }
        }
        return hand(new Handed(before, batch));
    }

    /** A batch, and where a watcher stands that it is for. */
    record Handed(@Nullable Cursor before, EventBatch batch) {}

    /** Tells all watchers how far an item is. */
    void tell(String progress) {
        for (Loop loop : loops.values()) {
            loop.context.runOnContext(run -> {
                for (Follower follower : loop.followers.toArray(new Follower[0])) {
                    follower.progress(progress);
                }
            });
        }
    }

    /** Tells all watchers that there is something; done when each event loop has called its own. */
    private Future<Void> hand(@Nullable Handed handed) {
        List<Future<Void>> called = new ArrayList<>();
        for (Loop loop : loops.values()) {
            Promise<Void> done = Promise.promise();
            called.add(done.future());
            loop.context.runOnContext(run -> {
                // A copy, for those who leave meanwhile.
                for (Follower follower : loop.followers.toArray(new Follower[0])) {
                    follower.more(handed);
                }
                done.complete();
            });
        }
        return Future.all(called).mapEmpty();
    }
}
