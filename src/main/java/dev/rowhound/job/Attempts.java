package dev.rowhound.job;

import java.util.random.RandomGenerator;

/**
 * How often an item is tried, and when a failed attempt is repeated: after {@code backoffMillis}, doubled each time up
 * to {@code maxBackoffMillis}, of which a random share is waited ("full jitter").
 *
 * @param max how often an item is tried in all, from 1
 */
public record Attempts(int max, int backoffMillis, int maxBackoffMillis) {
    /** Doubled more often, the time would no longer fit into a number. */
    private static final int MAX_DOUBLINGS = 20;

    /** Whether another attempt follows that one, which is counted from 1. */
    public boolean left(int attempt) {
        return attempt < max;
    }

    /** How long to wait after that attempt, counted from 1, in milliseconds. */
    public long backoffMillis(int attempt, RandomGenerator random) {
        long bound = Math.min(maxBackoffMillis, (long) backoffMillis << Math.min(attempt - 1, MAX_DOUBLINGS));
        return random.nextLong(bound + 1);
    }
}
