package dev.rowhound.http.upload;

import java.time.Duration;

/**
 * Checks that a client sends fast enough. Time is divided into windows, and the mean rate in each window must reach the
 * minimum. Time during which the server pauses the client does not count, so a window may last longer in wall-clock
 * time. Not thread-safe.
 */
final class UploadPace {
    private final long windowNanos;
    private final long minBytesPerSecond;
    private long updatedNanos;
    private long elapsedNanos;
    private long bytes;
    private boolean paused;

    /**
     * Starts the first window.
     *
     * @param window length of a window; the first one is the client's grace period
     * @param minBytesPerSecond minimum rate, 0 for none
     * @param now a value of {@link System#nanoTime()}, as in all methods
     */
    UploadPace(Duration window, long minBytesPerSecond, long now) {
        this.windowNanos = window.toNanos();
        this.minBytesPerSecond = minBytesPerSecond;
        this.updatedNanos = now;
    }

    /** Counts received bytes. */
    void received(int count) {
        bytes += count;
    }

    /** Pauses or resumes the measurement. */
    void pause(boolean pausing, long now) {
        advance(now);
        paused = pausing;
    }

    /** Returns whether a window has ended with too few bytes. Must be called several times per window. */
    boolean tooSlow(long now) {
        advance(now);
        if (elapsedNanos < windowNanos) {
            return false;
        }
        boolean slow = bytes < minBytesPerSecond * (elapsedNanos / 1e9);
        elapsedNanos = 0;
        bytes = 0;
        return slow;
    }

    private void advance(long now) {
        if (!paused) {
            elapsedNanos += now - updatedNanos;
        }
        updatedNanos = now;
    }
}
