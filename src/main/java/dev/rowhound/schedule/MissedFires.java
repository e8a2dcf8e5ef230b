package dev.rowhound.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** What becomes of a fire whose time passed while no node ran, or none that has the file. */
public enum MissedFires {
    /** It is left out; the next one waits for its time. */
    SKIP,
    /** The latest one is made as soon as a node runs; those before it are left out. */
    RUN_ONCE;

    /** A fire that begins within this time is not late: nodes look for due fires each second, and others go before. */
    static final Duration GRACE = Duration.ofMinutes(1);

    /** The name on the wire and in the store, in snake case. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The one with that name on the wire.
     *
     * @throws BadScheduleException for a name that is none
     */
    public static MissedFires of(String wire) {
        for (MissedFires each : values()) {
            if (each.wire().equals(wire)) {
                return each;
            }
        }
        throw new BadScheduleException(
                "missed", "\"" + wire + "\" is no answer to a missed fire; give \"run_once\" or \"skip\"");
    }

    /**
     * What is to be done.
     *
     * @param at the fire to make or to leave out; those before it are left out in any case
     * @param make whether it is made
     */
    public record Decision(Instant at, boolean make) {}

    /**
     * Decides about a fire that is due and has not begun.
     *
     * @param times when the schedule fires
     * @param due the fire, not after {@code now}
     * @param now the present
     */
    public Decision decide(CronTimes times, Instant due, Instant now) {
        Instant latest = times.last(due, now);
        boolean late = Duration.between(latest, now).compareTo(GRACE) > 0;
        return new Decision(latest, this == RUN_ONCE || !late);
    }
}
