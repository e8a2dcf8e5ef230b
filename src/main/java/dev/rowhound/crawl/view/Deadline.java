package dev.rowhound.crawl.view;

import java.util.concurrent.TimeUnit;

/** A deadline on the monotonic clock. */
public final class Deadline {
    private final long nanos;

    private Deadline(long nanos) {
        this.nanos = nanos;
    }

    public static Deadline in(long millis) {
        return new Deadline(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** Returns the remaining milliseconds, at least 0. */
    public long leftMillis() {
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(nanos - System.nanoTime()));
    }

    public boolean over() {
        return leftMillis() == 0;
    }

    public Deadline plusMillis(long millis) {
        return new Deadline(nanos + TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
