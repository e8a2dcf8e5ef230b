package dev.trawl.crawl;

import java.util.concurrent.TimeUnit;

/** A moment by which something must be done. */
final class Deadline {
    private final long nanos;

    private Deadline(long nanos) {
        this.nanos = nanos;
    }

    /** So many milliseconds from this moment. */
    static Deadline in(long millis) {
        return new Deadline(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** How many milliseconds are left; 0 once it is over. */
    long leftMillis() {
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(nanos - System.nanoTime()));
    }

    boolean over() {
        return leftMillis() == 0;
    }
}
