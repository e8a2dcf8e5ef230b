package dev.rowhound.recipe;

/**
 * How hard a host may be asked, by all nodes together; 0 means that there is no such limit.
 *
 * @param ratePerMinute look-ups that may start in a minute
 * @param burst how many of them may start at once after a quiet time; 0 where nothing is said, which is 1
 * @param concurrency look-ups that may be under way at once
 * @param delayMinMillis the least time from one start to the next, of which a random one up to
 *     {@code delayMaxMillis} is waited
 * @param delayMaxMillis the most of it
 * @param pauseAfterBlocks after how many refused look-ups of a job in a row it is paused; 0 means never. A matter of
 *     recipes: what the configuration says of hosts has none
 */
public record Politeness(
        int ratePerMinute, int burst, int concurrency, int delayMinMillis, int delayMaxMillis, int pauseAfterBlocks) {
    /** No limit at all. */
    public static final Politeness NONE = new Politeness(0, 0, 0, 0, 0);

    /** The highest rate that can be given, look-ups a minute. */
    public static final int MOST_RATE = 1_000_000;

    /** The largest burst that can be given. */
    public static final int MOST_BURST = 10_000;

    /** The most look-ups at once that can be given. */
    public static final int MOST_CONCURRENCY = 10_000;

    /** The most refused look-ups in a row that can be given. */
    public static final int MOST_BLOCKS = 1_000_000;

    /** What a recipe means that says nothing of it. */
    public static final int STANDARD_BLOCKS = 10;

    /** What holds for a host whatever job asks it. */
    public Politeness(int ratePerMinute, int burst, int concurrency, int delayMinMillis, int delayMaxMillis) {
        this(ratePerMinute, burst, concurrency, delayMinMillis, delayMaxMillis, 0);
    }
}
