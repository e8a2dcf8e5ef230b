package dev.rowhound.job;

import java.util.function.Function;

/**
 * What workers need to know about a job's items, whatever their kind.
 *
 * @param itemMillis the time limit of one attempt, up to days; a processor that exceeds it is aborted. Waiting for a
 *     person's answer does not count
 * @param silenceMillis how long an attempt may go without a sign of life
 * @param attempts the retry policy
 * @param host the host where every item starts, or the empty string if it varies or there is none
 * @param hostOf returns the host where an item starts, or the empty string; runs on an event loop, so it must be fast
 *     and not block
 * @param politeness the limits for the host
 * @param asks whether items may ask a person
 * @param cost what one attempt counts in fair scheduling, from 1
 */
public record WorkPolicy(
        long itemMillis,
        long silenceMillis,
        Attempts attempts,
        String host,
        Function<ItemInput, String> hostOf,
        Politeness politeness,
        boolean asks,
        int cost) {

    /** @throws IllegalArgumentException if a time, the number of attempts or the cost is below 1 */
    public WorkPolicy {
        if (itemMillis < 1 || silenceMillis < 1 || attempts.max() < 1 || cost < 1) {
            throw new IllegalArgumentException("times, attempts and cost are at least 1");
        }
    }

    /** Returns a policy for items that contact neither hosts nor people. */
    public static WorkPolicy of(long itemMillis, long silenceMillis, Attempts attempts) {
        return new WorkPolicy(itemMillis, silenceMillis, attempts, "", item -> "", Politeness.NONE, false, 1);
    }
}
