package dev.rowhound.cli.doctor;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The arrival of a numbered event of a probe.
 *
 * @param seq the event's number
 * @param sent when the node sent it, by the node's clock
 * @param arrived when it arrived, by this machine's clock
 */
record ProbeArrival(long seq, Instant sent, Instant arrived) {
    /** Events that arrive within this time form a batch; they are sent further apart. */
    private static final Duration MAX_BATCH_GAP = Duration.ofMillis(20);

    /** Returns the difference between the longest and the shortest latency, which does not depend on the clocks. */
    static Duration maxDelay(List<ProbeArrival> events) {
        long fastest = Long.MAX_VALUE;
        long slowest = Long.MIN_VALUE;
        for (ProbeArrival event : events) {
            long latency = Duration.between(event.sent, event.arrived).toNanos();
            fastest = Math.min(fastest, latency);
            slowest = Math.max(slowest, latency);
        }
        return events.isEmpty() ? Duration.ZERO : Duration.ofNanos(slowest - fastest);
    }

    /** Returns the number of batches in which the events arrived. */
    static int batches(List<ProbeArrival> events) {
        int batches = events.isEmpty() ? 0 : 1;
        for (int i = 1; i < events.size(); i++) {
            Duration gap = Duration.between(events.get(i - 1).arrived, events.get(i).arrived);
            batches += gap.compareTo(MAX_BATCH_GAP) >= 0 ? 1 : 0;
        }
        return batches;
    }
}
