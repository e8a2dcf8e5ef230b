package dev.rowhound.worker.slot;

import dev.rowhound.job.Processor;
import dev.rowhound.redis.RetryPolicy.Timing;
import dev.rowhound.worker.lease.WorkSource;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the lease of the item that a slot works on, from the event loop, while the slot's thread gives signs of life and
 * the item's time is not over. A thread that is still busy after that hangs: its processor is aborted. So it is when the
 * lease cannot be renewed in time, by this node's own monotonic clock: another node may work on the item by then. A
 * result that waits to be stored keeps its lease too, for however long; only the store can say that it is gone.
 */
public final class Heartbeater {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeater.class);

    /** A lease is renewed this often within its time, so that two lost calls do not lose it. */
    private static final int BEATS_A_LEASE = 3;

    /** How much more often it is looked whether the lease has run out. */
    private static final int LOOKS_A_BEAT = 4;

    /** No timer lives longer, so that those of an item that has ended do not add up. */
    private static final long MAX_TIMER_MILLIS = 10_000;

    /** How long a thread may take to notice by itself that a step's or the item's time is over. */
    static final long GRACE_MILLIS = 2000;

    /** How long a thread may take to come back once its processor was aborted: killing a process takes seconds. */
    public static final long RETURN_MILLIS = 10_000;

    private final Vertx vertx;
    private final Timing timing;
    private final WorkSource source;
    private final Duration lease;

    Heartbeater(Vertx vertx, Timing timing, WorkSource source) {
        this.vertx = vertx;
        this.timing = timing;
        this.source = source;
        this.lease = source.lease();
    }

    /** Begins to hold the lease; what it answers ends that. */
    Runnable hold(Attempt attempt, Processor processor) {
        Hold hold = new Hold(attempt, processor);
        long beat = lease.toMillis() / BEATS_A_LEASE;
        hold.every(beat, hold::renew);
        hold.every(Math.max(1, beat / LOOKS_A_BEAT), hold::fence);
        hold.limit();
        return () -> hold.ended = true;
    }

    /**
     * Frees the thread that the processor holds; one that does not come back is lost. Waits for processes to die, so
     * not on the event loop.
     */
    void abort(Attempt attempt, Processor processor) {
        timing.after(RETURN_MILLIS, attempt::markLost);
        vertx.executeBlocking(
                        () -> {
                            processor.abort();
                            return null;
                        },
                        false)
                .onFailure(error -> LOG.warn("A processor could not be aborted", error));
    }

    private final class Hold {
        private final Attempt attempt;
        private final Processor processor;
        private boolean ended;

        Hold(Attempt attempt, Processor processor) {
            this.attempt = attempt;
            this.processor = processor;
        }

        private void every(long millis, Runnable action) {
            timing.after(millis, () -> {
                if (!ended) {
                    every(millis, action);
                    action.run();
                }
            });
        }

        /** The time of an item that waits for a person stands still. */
        private void limit() {
            long left = attempt.remainingMillis() + GRACE_MILLIS;
            timing.after(Math.max(1, Math.min(MAX_TIMER_MILLIS, left)), () -> {
                if (ended || attempt.processed()) {
                    return;
                }
                if (left > MAX_TIMER_MILLIS || attempt.waiting() || attempt.remainingMillis() > 0) {
                    limit();
                } else {
                    free();
                }
            });
        }

        private void free() {
            LOG.warn(
                    "{} holds its thread beyond its time at {}; its processor is aborted",
                    attempt.item(),
                    attempt.step());
            attempt.markOverdue();
            abort(attempt, processor);
        }

        private void renew() {
            if (!attempt.processed() && (attempt.overdue() || attempt.abandoned())) {
                return;
            }
            if (attempt.quiet()) {
                free();
                return;
            }
            long now = timing.nanoTime();
            source.renew(attempt.item())
                    .onSuccess(held -> {
                        if (held) {
                            attempt.renewed(now);
                        } else {
                            lose("is no longer ours");
                        }
                    })
                    .onFailure(error -> LOG.debug("{} could not be renewed", attempt.item(), error));
        }

        private void fence() {
            if (attempt.item().gone()) {
                lose("is no longer ours");
            } else if (attempt.lapsed()) {
                lose("could not be held any longer");
            }
        }

        private void lose(String why) {
            if (!attempt.processed() && !attempt.abandoned() && !attempt.overdue()) {
                LOG.info("{} {}", attempt.item(), why);
                attempt.abandon();
                abort(attempt, processor);
            }
        }
    }
}
