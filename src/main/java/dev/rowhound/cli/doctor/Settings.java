package dev.rowhound.cli.doctor;

import java.time.Duration;

/**
 * The scope of the checks.
 *
 * @param silence the seconds to watch idle connections; 0 to skip
 * @param flow the seconds to watch a stream with events
 * @param maxUploadBytes the largest upload to try, in bytes
 * @param grace how long to wait for an overdue response; six times as long for uploads
 */
record Settings(int silence, int flow, long maxUploadBytes, Duration grace) {
    /** The limit that nodes set for a probe, in seconds. */
    static final int MAX_SILENCE_SECONDS = 150;

    private static final int FLOW_SECONDS = 5;
    private static final int QUICK_FLOW_SECONDS = 2;
    private static final long QUICK_UPLOAD_BYTES = 12L << 20;
    private static final Duration GRACE = Duration.ofSeconds(10);

    /** Includes idle connections of that many seconds. */
    static Settings thorough(int silence) {
        return new Settings(silence, FLOW_SECONDS, Long.MAX_VALUE, GRACE);
    }

    /** Skips idle connections and large uploads, which takes a few seconds. */
    static Settings quick() {
        return new Settings(0, QUICK_FLOW_SECONDS, QUICK_UPLOAD_BYTES, GRACE.dividedBy(2));
    }
}
