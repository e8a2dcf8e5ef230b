package dev.rowhound.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** The policy for fires whose time passed while no node, or none with the file, was running. */
public enum MissedFires {
    /** Skip them; the next fire waits for its time. */
    SKIP,
    /** Run the latest one as soon as possible; skip the earlier ones. */
    RUN_ONCE;

    /** A fire within this time is not late: nodes poll for due fires each second, and other fires may come first. */
    static final Duration GRACE = Duration.ofMinutes(1);

    /** Returns the name on the wire and in the store, in snake case. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the policy with that name on the wire.
     *
     * @throws BadScheduleException if the name is unknown
     */
    public static MissedFires of(String wire) {
        for (MissedFires each : values()) {
            if (each.wire().equals(wire)) {
                return each;
            }
        }
        throw new BadScheduleException(
                "missed", "\"" + wire + "\" is not a policy for missed fires; use \"run_once\" or \"skip\"");
    }

    /**
     * A decision about a due fire.
     *
     * @param at the fire to run or to skip; earlier ones are skipped in any case
     * @param run whether to run it
     */
    public record Decision(Instant at, boolean run) {}

    /**
     * Decides about a due fire.
     *
     * @param times the schedule's fire times
     * @param due the fire, not after {@code now}
     */
    public Decision decide(CronTimes times, Instant due, Instant now) {
        Instant latest = times.last(due, now);
        boolean late = Duration.between(latest, now).compareTo(GRACE) > 0;
        return new Decision(latest, this == RUN_ONCE || !late);
    }
}
