package dev.trawl.progress;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Follows one job's events from a cursor and hands them to a sink, in order, without a hole. It holds a cursor, not a
 * queue: a slow sink makes it read later, not keep more. Woken by {@link Wakeups}, and by a sweep of its own for the
 * hints that were lost.
 */
public final class Watch {
    /** How many events are read at a time. */
    private static final int BATCH = 256;

    /** The least time between two sweeps, in milliseconds; as much again is added at random. */
    private static final int SWEEP_MILLIS = 1000;

    /** Takes what a watch finds. Its methods are called on the context that the watch was started on. */
    public interface Sink {
        /** Takes events; the next ones come once the future has succeeded, the same ones later if it fails. */
        Future<Void> events(List<JobEvent> events);

        /**
         * The cursor cannot be continued.
         *
         * @return where to go on: the cursor of a snapshot that the watcher was given
         */
        Future<Cursor> lost();

        /** The last event was the job's last one. */
        void ended();
    }

    private final Vertx vertx;
    private final EventLog log;
    private final Wakeups wakeups;
    private final String job;
    private final Sink sink;
    private final Context context;
    private final Runnable waker;
    private Cursor cursor;
    private boolean reading;
    private boolean woken;
    private boolean stopped;
    private long timer = -1;

    /** A watch of that job behind that cursor; call {@link #start} on the context where the sink lives. */
    public Watch(Vertx vertx, EventLog log, Wakeups wakeups, String job, Cursor cursor, Sink sink) {
        this.vertx = vertx;
        this.log = log;
        this.wakeups = wakeups;
        this.job = job;
        this.cursor = cursor;
        this.sink = sink;
        this.context = vertx.getOrCreateContext();
        this.waker = () -> context.runOnContext(none -> read());
    }

    /** Begins. Registered before the first read, so that nothing falls between the two. */
    public void start() {
        wakeups.add(job, waker);
        read();
    }

    /** Ends; the sink is not called again. */
    public void stop() {
        stopped = true;
        wakeups.remove(job, waker);
        vertx.cancelTimer(timer);
    }

    private void read() {
        if (stopped) {
            return;
        }
        if (reading) {
            woken = true;
            return;
        }
        reading = true;
        woken = false;
        vertx.cancelTimer(timer);
        log.after(job, cursor, BATCH).compose(this::hand).onComplete(done -> {
            reading = false;
            if (stopped) {
                return;
            }
            // A store that does not answer is asked again at the next sweep; the watcher only waits longer.
            if (done.succeeded() && (done.result() || woken)) {
                read();
            } else {
                int millis = SWEEP_MILLIS + ThreadLocalRandom.current().nextInt(SWEEP_MILLIS);
                timer = vertx.setTimer(millis, id -> read());
            }
        });
    }

    /** Whether more may follow at once. */
    private Future<Boolean> hand(EventLog.Read read) {
        if (stopped) {
            return Future.succeededFuture(false);
        }
        if (read.lost()) {
            return sink.lost().map(next -> {
                cursor = next;
                return true;
            });
        }
        if (read.events().isEmpty()) {
            if (read.last() != null && read.last().terminal()) {
                stop();
                sink.ended();
            }
            return Future.succeededFuture(false);
        }
        Cursor next = read.events().get(read.events().size() - 1).cursor();
        return sink.events(read.events()).map(taken -> {
            cursor = next;
            return true;
        });
    }
}
