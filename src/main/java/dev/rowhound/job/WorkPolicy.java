package dev.rowhound.job;

import java.util.function.Function;

/**
 * All that a worker knows of a job's items, whatever their kind.
 *
 * @param itemMillis the time of one attempt, in milliseconds, up to days; a processor that holds its thread for longer
 *     is aborted. Time in which a person is waited for does not count
 * @param silenceMillis how long an attempt may go without a sign of life, in milliseconds
 * @param attempts how often and when a failed attempt is repeated
 * @param host the host that every item begins at, or the empty string where it varies or there is none
 * @param hostOf the host that an item begins at, or the empty string where it has none; runs on an event loop, so it
 *     neither blocks nor takes long
 * @param politeness how hard a host may be asked
 * @param asks whether an item may ask a person
 * @param cost what one attempt counts in the fair schedule of users and jobs, from 1
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

    /** @throws IllegalArgumentException for a time, a number of attempts or a cost below 1 */
    public WorkPolicy {
        if (itemMillis < 1 || silenceMillis < 1 || attempts.max() < 1 || cost < 1) {
            throw new IllegalArgumentException("times, attempts and cost are at least 1");
        }
    }

    /** The policy of items that ask no host and no person. */
    public static WorkPolicy of(long itemMillis, long silenceMillis, Attempts attempts) {
        return new WorkPolicy(itemMillis, silenceMillis, attempts, "", item -> "", Politeness.NONE, false, 1);
    }
}
