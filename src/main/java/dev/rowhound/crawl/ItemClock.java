package dev.rowhound.crawl;

import dev.rowhound.crawl.view.Deadline;
import dev.rowhound.crawl.view.LookupException;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemContext;

/** The remaining time of an item. */
final class ItemClock {
    /** The driver's clock may report a timeout this much earlier than the JVM's. */
    private static final int EARLY_MILLIS = 50;

    private final ItemContext context;
    private Deadline end;

    ItemClock(ItemContext context, long millis) {
        this.context = context;
        this.end = Deadline.in(millis);
    }

    /** Extends the deadline by time that does not count, such as the wait for a person. */
    void extend(long millis) {
        end = end.plusMillis(millis);
    }

    long leftMillis() {
        return Math.min(end.leftMillis(), context.remainingMillis());
    }

    boolean over() {
        return leftMillis() < EARLY_MILLIS;
    }

    /**
     * Returns the deadline of a step, which is never later than the item's.
     *
     * @throws LookupException with {@code timeout} if the item's time is over
     */
    Deadline deadline(long millis, String step) throws LookupException {
        long leftMillis = leftMillis();
        if (leftMillis == 0) {
            throw new LookupException(ErrorCode.TIMEOUT, "", step);
        }
        return Deadline.in(Math.min(millis, leftMillis));
    }
}
