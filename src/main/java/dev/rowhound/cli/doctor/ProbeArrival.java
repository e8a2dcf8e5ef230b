package dev.rowhound.cli.doctor;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A numbered event of a probe, as it arrived.
 *
 * @param seq its number
 * @param sent when the node sent it, by the node's clock
 * @param arrived when it was here, by this machine's
 */
record ProbeArrival(long seq, Instant sent, Instant arrived) {
    /** Events that arrive closer together than this came as one lump; they are sent further apart. */
    private static final Duration TOGETHER = Duration.ofMillis(20);

    /** How much longer the slowest event was on its way than the fastest; the clocks do not matter. */
    static Duration held(List<ProbeArrival> events) {
        long fastest = Long.MAX_VALUE;
        long slowest = Long.MIN_VALUE;
        for (ProbeArrival event : events) {
            long way = Duration.between(event.sent, event.arrived).toNanos();
            fastest = Math.min(fastest, way);
            slowest = Math.max(slowest, way);
        }
        return events.isEmpty() ? Duration.ZERO : Duration.ofNanos(slowest - fastest);
    }

    /** In how many lumps the events came. */
    static int lumps(List<ProbeArrival> events) {
        int lumps = events.isEmpty() ? 0 : 1;
        for (int i = 1; i < events.size(); i++) {
            Duration gap = Duration.between(events.get(i - 1).arrived, events.get(i).arrived);
            lumps += gap.compareTo(TOGETHER) >= 0 ? 1 : 0;
        }
        return lumps;
    }
}
