package dev.rowhound.worker;

import dev.rowhound.job.Processor;
import dev.rowhound.queue.lease.Leases;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the lease of the item that a slot works on, from the event loop, while the slot's thread gives signs of life and
 * the item's time is not over. A thread that is still busy after that hangs: its processor is aborted. So it is when the
 * lease cannot be renewed in time, by this node's own monotonic clock: another node may work on the item by then. A
 * result that waits to be stored keeps its lease too, for however long; only the store can say that it is gone.
 */
final class Heartbeater {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeater.class);

    /** A lease is renewed this often within its time, so that two lost calls do not lose it. */
    private static final int BEATS_A_LEASE = 3;

    /** How much more often it is looked whether the lease has run out. */
    private static final int LOOKS_A_BEAT = 4;

    /** How long a thread may take to notice by itself that a step's or the item's time is over. */
    static final long GRACE_MILLIS = 2000;

    /** How long a thread may take to come back once its processor was aborted: killing a process takes seconds. */
    static final long RETURN_MILLIS = 10_000;

    private final Vertx vertx;
    private final Leases leases;
    private final Duration lease;

    Heartbeater(Vertx vertx, Leases leases, Duration lease) {
        this.vertx = vertx;
        this.leases = leases;
        this.lease = lease;
    }

    /** Begins to hold the lease; what it answers ends that. */
    Runnable hold(Attempt attempt, Processor processor) {
        long beat = vertx.setPeriodic(lease.toMillis() / BEATS_A_LEASE, id -> renew(attempt, processor));
        long fence = vertx.setPeriodic(
                Math.max(1, lease.toMillis() / BEATS_A_LEASE / LOOKS_A_BEAT), id -> fence(attempt, processor));
        AtomicLong end = new AtomicLong();
        limit(attempt, processor, end);
        return () -> {
            vertx.cancelTimer(beat);
            vertx.cancelTimer(fence);
            vertx.cancelTimer(end.get());
        };
    }

    /** The time of an item that waits for a person stands still. */
    private void limit(Attempt attempt, Processor processor, AtomicLong timer) {
        timer.set(vertx.setTimer(Math.max(1, attempt.remainingMillis() + GRACE_MILLIS), id -> {
            if (attempt.waiting() || attempt.remainingMillis() > 0) {
                limit(attempt, processor, timer);
            } else if (!attempt.lookedUp()) {
                free(attempt, processor);
            }
        }));
    }

    private void free(Attempt attempt, Processor processor) {
        LOG.warn(
                "Row {} of job {} holds its thread beyond its time at {}; its processor is aborted",
                attempt.lease().row(),
                attempt.lease().job(),
                attempt.step());
        attempt.markOverdue();
        abort(attempt, processor);
    }

    /**
     * Frees the thread that the processor holds; one that does not come back is lost. Waits for processes to die, so
     * not on the event loop.
     */
    void abort(Attempt attempt, Processor processor) {
        vertx.setTimer(RETURN_MILLIS, id -> attempt.markLost());
        vertx.executeBlocking(
                        () -> {
                            processor.abort();
                            return null;
                        },
                        false)
                .onFailure(error -> LOG.warn("A processor could not be aborted", error));
    }

    private void renew(Attempt attempt, Processor processor) {
        if (!attempt.lookedUp() && (attempt.overdue() || attempt.abandoned())) {
            return;
        }
        if (attempt.quiet()) {
            free(attempt, processor);
            return;
        }
        long now = System.nanoTime();
        leases.renew(attempt.lease())
                .onSuccess(held -> {
                    if (held) {
                        attempt.renewed(now, lease.toNanos());
                    } else {
                        attempt.markGone();
                        lose(attempt, processor, "is no longer ours");
                    }
                })
                .onFailure(error ->
                        LOG.debug("Row {} could not be renewed", attempt.lease().row(), error));
    }

    private void fence(Attempt attempt, Processor processor) {
        if (attempt.lapsed()) {
            lose(attempt, processor, "could not be held any longer");
        }
    }

    private void lose(Attempt attempt, Processor processor, String why) {
        if (!attempt.lookedUp() && !attempt.abandoned() && !attempt.overdue()) {
            LOG.info(
                    "Row {} of job {} {}",
                    attempt.lease().row(),
                    attempt.lease().job(),
                    why);
            attempt.abandon();
            abort(attempt, processor);
        }
    }
}
