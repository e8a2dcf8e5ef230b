package dev.rowhound.job;

import java.util.Locale;

/** The state of a job. Only a sealed job, whose whole input has arrived, can become {@link #COMPLETED}. */
public enum JobState {
    /** The upload is in progress; its first items may already run. */
    RECEIVING,
    /** Sealed, with items left. */
    RUNNING,
    /** Sealed, with items left that are not given out. */
    PAUSED,
    COMPLETED,
    /** Its input was invalid; it has a reason, and its items are cancelled. */
    FAILED,
    /** The owner cancelled it. */
    CANCELLED;

    /** Returns the name on the wire and in the store, in snake case. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns whether the job's items can no longer change. */
    public boolean terminal() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }

    /**
     * Returns the state with that name on the wire.
     *
     * @throws IllegalArgumentException if the name is unknown
     */
    public static JobState of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
