package dev.rowhound.http.probe;

import dev.rowhound.app.Refusal;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Prevents abuse of probes: limits the rate per client and the number of open probes on the node. Thread-safe. */
final class ProbeLimits {
    private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int MAX_CLIENTS = 10_000;

    private final ProbeConfig config;
    private final LongSupplier clock;
    /** Theoretical arrival time (GCRA) by client: when its allowance is replenished. */
    private final Map<String, Long> arrivalTimes = new HashMap<>();

    private int open;

    /**
     * @param clock a monotonic clock in nanoseconds
     */
    ProbeLimits(ProbeConfig config, LongSupplier clock) {
        this.config = config;
        this.clock = clock;
    }

    /**
     * Starts a probe; the caller must call {@link #end} when it ends.
     *
     * @throws Refusal 429 if the client has started too many, 503 if too many are open
     */
    synchronized void begin(String client) {
        long now = clock.getAsLong();
        long interval = WINDOW_NANOS / config.perMinute();
        long arrival = Math.max(now, arrivalTimes.getOrDefault(client, now)) + interval;
        long excess = arrival - now - WINDOW_NANOS;
        if (excess > 0) {
            long seconds = Math.max(1, TimeUnit.NANOSECONDS.toSeconds(excess + TimeUnit.SECONDS.toNanos(1) - 1));
            throw Refusal.of(
                            "too_many_probes",
                            "a client may start " + config.perMinute() + " probes a minute (probe.per_minute); wait "
                                    + seconds + " s")
                    .retryAfter(Duration.ofSeconds(seconds));
        }
        if (open >= config.atOnce()) {
            throw Refusal.of("busy", "this node has " + open + " probes open (probe.at_once); try again in a moment");
        }
        if (arrivalTimes.size() >= MAX_CLIENTS) {
            arrivalTimes.values().removeIf(time -> time <= now);
            if (arrivalTimes.size() >= MAX_CLIENTS) {
                // With this many clients in one minute, the limit of open probes must suffice.
                arrivalTimes.clear();
            }
        }
        arrivalTimes.put(client, arrival);
        open++;
    }

    synchronized void end() {
        open--;
    }
}
