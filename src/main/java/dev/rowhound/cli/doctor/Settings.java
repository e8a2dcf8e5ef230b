package dev.rowhound.cli.doctor;

import java.time.Duration;

/**
 * How thorough the doctor is.
 *
 * @param silence for how many seconds a silent connection is watched; 0 for not at all
 * @param flow for how many seconds a stream with events is watched
 * @param mostUpload the largest upload to try, in bytes
 * @param grace how long after it is due an answer is waited for; an upload may take six times as long
 */
record Settings(int silence, int flow, long mostUpload, Duration grace) {
    /** The longest that a node lets a probe last, in seconds. */
    static final int MAX_SILENCE_SECONDS = 150;

    private static final int FLOW = 5;
    private static final int QUICK_FLOW = 2;
    private static final long QUICK_UPLOAD = 12L << 20;
    private static final Duration GRACE = Duration.ofSeconds(10);

    /** With silent connections of that many seconds. */
    static Settings thorough(int silence) {
        return new Settings(silence, FLOW, Long.MAX_VALUE, GRACE);
    }

    /** Without silent connections, and with small uploads: done in a few seconds. */
    static Settings quick() {
        return new Settings(0, QUICK_FLOW, QUICK_UPLOAD, GRACE.dividedBy(2));
    }
}
