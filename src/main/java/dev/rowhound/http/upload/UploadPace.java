package dev.rowhound.http.upload;

import java.time.Duration;

/**
 * Whether a client sends fast enough. The time is cut into windows; in each of them the mean rate must be the least one.
 * Time in which the client is kept from sending is in no window, so the last one may be longer by the clock. Not safe
 * for use by several threads.
 */
final class UploadPace {
    private final long windowNanos;
    private final long minBytesPerSecond;
    private long lookedAt;
    private long waitedNanos;
    private long bytes;
    private boolean paused;

    /**
     * A client that may send from that time on.
     *
     * @param window how long a window is; the first one is the client's grace
     * @param minBytesPerSecond the least rate, 0 for none
     * @param now a time of {@link System#nanoTime()}, as all of them
     */
    UploadPace(Duration window, long minBytesPerSecond, long now) {
        this.windowNanos = window.toNanos();
        this.minBytesPerSecond = minBytesPerSecond;
        this.lookedAt = now;
    }

    /** So many bytes have come. */
    void received(int count) {
        bytes += count;
    }

    /** The client is kept from sending, or may send again. */
    void pause(boolean pausing, long now) {
        pass(now);
        paused = pausing;
    }

    /** Whether a window has gone by with too few bytes. To be asked several times within each. */
    boolean tooSlow(long now) {
        pass(now);
        if (waitedNanos < windowNanos) {
            return false;
        }
        boolean slow = bytes < minBytesPerSecond * (waitedNanos / 1e9);
        waitedNanos = 0;
        bytes = 0;
        return slow;
    }

    private void pass(long now) {
        if (!paused) {
            waitedNanos += now - lookedAt;
        }
        lookedAt = now;
    }
}
