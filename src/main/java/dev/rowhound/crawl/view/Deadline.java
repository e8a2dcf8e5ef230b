package dev.rowhound.crawl.view;

import java.util.concurrent.TimeUnit;

/** A moment by which something must be done, by the monotonic clock. */
public final class Deadline {
    private final long nanos;

    private Deadline(long nanos) {
        this.nanos = nanos;
    }

    /** So many milliseconds from this moment. */
    public static Deadline in(long millis) {
        return new Deadline(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** How many milliseconds are left; 0 once it is over. */
    public long leftMillis() {
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(nanos - System.nanoTime()));
    }

    /** Whether the moment has come. */
    public boolean over() {
        return leftMillis() == 0;
    }

    /** The same moment, so many milliseconds later. */
    public Deadline later(long millis) {
        return new Deadline(nanos + TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
