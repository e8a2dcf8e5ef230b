package dev.rowhound.crawl;

import dev.rowhound.crawl.view.Deadline;
import dev.rowhound.crawl.view.LookupException;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemContext;

/** How much time an item has left. */
final class ItemClock {
    /** The driver's clock may tell an end this much before ours does. */
    private static final int EARLY_MILLIS = 50;

    private final ItemContext context;
    private Deadline end;

    /** Begins with so much time. */
    ItemClock(ItemContext context, long millis) {
        this.context = context;
        this.end = Deadline.in(millis);
    }

    /** Time has passed that is not the item's, such as that of a person who was asked. */
    void giveBack(long millis) {
        end = end.later(millis);
    }

    /** How many milliseconds are left. */
    long left() {
        return Math.min(end.leftMillis(), context.remainingMillis());
    }

    /** Whether the time is over. */
    boolean over() {
        return left() < EARLY_MILLIS;
    }

    /**
     * The end of a step, which is never later than the item's.
     *
     * @throws LookupException with {@code timeout} if the item's time is over
     */
    Deadline deadline(long millis, String step) throws LookupException {
        long left = left();
        if (left == 0) {
            throw new LookupException(ErrorCode.TIMEOUT, "", step);
        }
        return Deadline.in(Math.min(millis, left));
    }
}
