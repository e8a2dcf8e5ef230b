package dev.trawl.worker;

import dev.trawl.job.ItemContext;
import dev.trawl.queue.Lease;
import java.util.concurrent.TimeUnit;

/**
 * One attempt at an item, between the thread that looks it up and the event loop that holds its lease. Times are of
 * the monotonic clock.
 */
final class Attempt implements ItemContext {
    private final Lease lease;
    private final long deadlineNanos;
    private volatile String step = "start";
    private volatile boolean abandoned;
    private volatile boolean overdue;

    Attempt(Lease lease, long limitMillis) {
        this.lease = lease;
        this.deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMillis);
    }

    @Override
    public void progress(String step) {
        this.step = step;
    }

    @Override
    public long remainingMillis() {
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime()));
    }

    Lease lease() {
        return lease;
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
