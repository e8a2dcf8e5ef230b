package dev.rowhound.worker.slot;

import dev.rowhound.job.Processor;
import dev.rowhound.redis.RetryPolicy.Timing;
import dev.rowhound.worker.lease.WorkSource;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the lease of a slot's item on the event loop, while the slot's thread shows activity and the item's time limit
 * has not passed. After that the thread counts as hanging, and this class aborts its processor. It does so too if the
 * lease cannot be renewed in time by this node's monotonic clock, because another node may then have leased the item. A
 * result that waits to be stored keeps its lease without a time limit; only the store can report the lease as lost.
 */
public final class Heartbeater {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeater.class);

    /** Leases survive two lost renewals. */
    private static final int RENEWALS_PER_LEASE = 3;

    /** How often the expiry of the lease is checked between two renewals. */
    private static final int CHECKS_PER_RENEWAL = 4;

    /** Limits the life of each timer, so that the timers of ended items do not accumulate. */
    private static final long MAX_TIMER_MILLIS = 10_000;

    /** How long a thread may take to notice that the time of a step or of the item has passed. */
    static final long GRACE_MILLIS = 2000;

    /** How long a thread may take to return after its processor was aborted: killing a process takes seconds. */
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

    /** Starts to renew the lease; the returned action stops it. */
    Runnable hold(Attempt attempt, Processor processor) {
        Hold hold = new Hold(attempt, processor);
        long renewalMillis = lease.toMillis() / RENEWALS_PER_LEASE;
        hold.every(renewalMillis, hold::renew);
        hold.every(Math.max(1, renewalMillis / CHECKS_PER_RENEWAL), hold::checkLease);
        hold.checkTimeLimit();
        return () -> hold.ended = true;
    }

    /**
     * Aborts the processor to free its thread; a thread that does not return counts as lost. The abort waits for
     * processes to die, so it does not run on the event loop.
     */
    void abort(Attempt attempt, Processor processor) {
        timing.after(RETURN_MILLIS, attempt::markLost);
        vertx.executeBlocking(Executors.callable(() -> processor.abort()), false)
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

        /** Checks the item's time limit, which does not run while the item waits for a person. */
        private void checkTimeLimit() {
            long remainingMillis = attempt.remainingMillis() + GRACE_MILLIS;
            timing.after(Math.max(1, Math.min(MAX_TIMER_MILLIS, remainingMillis)), () -> {
                if (ended || attempt.processed()) {
                    return;
                }
                if (remainingMillis > MAX_TIMER_MILLIS || attempt.waiting() || attempt.remainingMillis() > 0) {
                    checkTimeLimit();
                } else {
                    abortOverdue();
                }
            });
        }

        private void abortOverdue() {
            LOG.warn("{} exceeded its time limit at {}; its processor is aborted", attempt.item(), attempt.step());
            attempt.markOverdue();
            abort(attempt, processor);
        }

        private void renew() {
            if (!attempt.processed() && (attempt.overdue() || attempt.abandoned())) {
                return;
            }
            if (attempt.quiet()) {
                abortOverdue();
                return;
            }
            long now = timing.nanoTime();
            source.renew(attempt.item())
                    .onSuccess(held -> {
                        if (held) {
                            attempt.renewed(now);
                        } else {
                            lose("lost its lease");
                        }
                    })
                    .onFailure(error -> LOG.debug("{} could not be renewed", attempt.item(), error));
        }

        private void checkLease() {
            if (attempt.item().gone()) {
                lose("lost its lease");
            } else if (attempt.lapsed()) {
                lose("could not renew its lease in time");
            }
        }

        private void lose(String reason) {
            if (!attempt.processed() && !attempt.abandoned() && !attempt.overdue()) {
                LOG.info("{} {}", attempt.item(), reason);
                attempt.abandon();
                abort(attempt, processor);
            }
        }
    }
}
