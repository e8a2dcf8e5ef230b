package dev.rowhound.job;

/**
 * The limits for a host across all nodes; 0 means unlimited.
 *
 * @param ratePerMinute maximum starts a minute
 * @param burst maximum starts at once after an idle time; 0 means the default of 1
 * @param concurrency maximum items in progress
 * @param delayMinMillis the minimum of the random delay between two starts
 * @param delayMaxMillis the maximum of that delay
 */
public record Politeness(int ratePerMinute, int burst, int concurrency, int delayMinMillis, int delayMaxMillis) {
    public static final Politeness NONE = new Politeness(0, 0, 0, 0, 0);

    /** Highest configurable rate, in items a minute. */
    public static final int MAX_RATE = 1_000_000;

    public static final int MAX_BURST = 10_000;

    public static final int MAX_CONCURRENCY = 10_000;
}
