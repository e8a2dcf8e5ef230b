package dev.rowhound.job;

/**
 * How hard a host may be asked, by all nodes together; 0 means that there is no such limit.
 *
 * @param ratePerMinute items that may start in a minute
 * @param burst how many of them may start at once after a quiet time; 0 where nothing is said, which is 1
 * @param concurrency items that may be under way at once
 * @param delayMinMillis the least time from one start to the next, of which a random one up to
 *     {@code delayMaxMillis} is waited
 * @param delayMaxMillis the most of it
 */
public record Politeness(int ratePerMinute, int burst, int concurrency, int delayMinMillis, int delayMaxMillis) {
    /** No limit at all. */
    public static final Politeness NONE = new Politeness(0, 0, 0, 0, 0);

    /** The highest rate that can be given, items a minute. */
    public static final int MAX_RATE = 1_000_000;

    /** The largest burst that can be given. */
    public static final int MAX_BURST = 10_000;

    /** The most items at once that can be given. */
    public static final int MAX_CONCURRENCY = 10_000;
}
