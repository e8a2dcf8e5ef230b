package dev.rowhound.http.probe;

import dev.rowhound.app.Refusal;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Keeps probes from being a way to wear a node out: so many a minute for each client, and so many open at once for all.
 * Safe for use by several event loops.
 */
final class ProbeLimits {
    private static final long WINDOW = TimeUnit.MINUTES.toNanos(1);
    private static final int MOST_CLIENTS = 10_000;

    private final ProbeConfig config;
    private final LongSupplier clock;
    /** By client, when its allowance will be whole again (GCRA's theoretical arrival time). */
    private final Map<String, Long> wholeAgain = new HashMap<>();

    private int open;

    /** With a clock of nanoseconds that only goes forward. */
    ProbeLimits(ProbeConfig config, LongSupplier clock) {
        this.config = config;
        this.clock = clock;
    }

    /**
     * Lets a client begin a probe, which {@link #end} ends.
     *
     * @throws Refusal 429 if this client has begun too many, 503 if too many are open
     */
    synchronized void begin(String client) {
        long now = clock.getAsLong();
        long step = WINDOW / config.perMinute();
        long whole = Math.max(now, wholeAgain.getOrDefault(client, now)) + step;
        long over = whole - now - WINDOW;
        if (over > 0) {
            long seconds = Math.max(1, TimeUnit.NANOSECONDS.toSeconds(over + TimeUnit.SECONDS.toNanos(1) - 1));
            throw Refusal.of(
                            "too_many_probes",
                            "a client may begin " + config.perMinute() + " probes a minute (probe.per_minute); wait "
                                    + seconds + " s")
                    .retryAfter(Duration.ofSeconds(seconds));
        }
        if (open >= config.atOnce()) {
            throw Refusal.of(
                    "busy", "this node has " + open + " probes open at present (probe.at_once); try again in a moment");
        }
        if (wholeAgain.size() >= MOST_CLIENTS) {
            wholeAgain.values().removeIf(time -> time <= now);
            if (wholeAgain.size() >= MOST_CLIENTS) {
                // So many clients within a minute: the limit at once has to do.
                wholeAgain.clear();
            }
        }
        wholeAgain.put(client, whole);
        open++;
    }

    /** A probe is over. */
    synchronized void end() {
        open--;
    }
}
