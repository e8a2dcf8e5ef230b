package dev.rowhound.job;

import java.util.random.RandomGenerator;

/**
 * How often an item is attempted, and the delay before each retry: exponential backoff from {@code backoffMillis} up to
 * {@code maxBackoffMillis} with full jitter.
 *
 * @param max the maximum number of attempts, from 1
 */
public record Attempts(int max, int backoffMillis, int maxBackoffMillis) {
    /** Keeps the shift within the range of a long. */
    private static final int MAX_DOUBLINGS = 20;

    /** Returns whether another attempt may follow attempt number {@code attempt}, from 1. */
    public boolean left(int attempt) {
        return attempt < max;
    }

    /** Returns a random delay after attempt number {@code attempt}, from 1, in milliseconds. */
    public long backoffMillis(int attempt, RandomGenerator random) {
        long bound = Math.min(maxBackoffMillis, (long) backoffMillis << Math.min(attempt - 1, MAX_DOUBLINGS));
        return random.nextLong(bound + 1);
    }
}
