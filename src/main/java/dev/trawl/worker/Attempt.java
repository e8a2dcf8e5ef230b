package dev.trawl.worker;

import dev.trawl.job.ItemContext;
import dev.trawl.queue.Lease;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at an item, between the thread that looks it up and the event loop that holds its lease. Times are of
 * the monotonic clock.
 */
final class Attempt implements ItemContext {
    private final Lease lease;
    private final long deadlineNanos;
    private final long quietLimitNanos;
    private volatile String step = "start";
    private volatile long lastSignNanos = System.nanoTime();
    private volatile long leaseEndNanos;
    private volatile boolean abandoned;
    private volatile boolean overdue;
    private volatile @Nullable Long slowDownMillis;

    /**
     * Begins at this moment.
     *
     * @param leaseEndNanos until when the lease holds, unless it is renewed
     * @param limitMillis how long the attempt may take
     * @param quietMillis how long it may go without a sign of life
     */
    Attempt(Lease lease, long leaseEndNanos, long limitMillis, long quietMillis) {
        this.lease = lease;
        this.leaseEndNanos = leaseEndNanos;
        this.quietLimitNanos = TimeUnit.MILLISECONDS.toNanos(quietMillis);
        this.deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMillis);
    }

    @Override
    public void progress(String step) {
        this.step = step;
        lastSignNanos = System.nanoTime();
    }

    @Override
    public long remainingMillis() {
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime()));
    }

    @Override
    public void slowDown(long retryAfterMillis) {
        slowDownMillis = retryAfterMillis;
    }

    /** For how long the host wants to be left alone, in milliseconds, -1 where it has not said; null if it does not. */
    @Nullable
    Long slowDownMillis() {
        return slowDownMillis;
    }

    Lease lease() {
        return lease;
    }

    /** The lease was renewed at that time or later, for so long. */
    void renewed(long sinceNanos, long forNanos) {
        leaseEndNanos = sinceNanos + forNanos;
    }

    /** Whether the lease has run out for all that this node knows, so that another may work on the item. */
    boolean lapsed() {
        return System.nanoTime() - leaseEndNanos > 0;
    }

    /** Whether the thread has given no sign of life for longer than any of its steps may take. */
    boolean quiet() {
        return System.nanoTime() - lastSignNanos > quietLimitNanos;
    }

    /** What was being done last. */
    String step() {
        return step;
    }

    /** The lease is gone, so nobody waits for the result. */
    void abandon() {
        abandoned = true;
    }

    boolean abandoned() {
        return abandoned;
    }

    /** The time was over and the thread had to be freed by force. */
    void markOverdue() {
        overdue = true;
    }

    boolean overdue() {
        return overdue;
    }
}
