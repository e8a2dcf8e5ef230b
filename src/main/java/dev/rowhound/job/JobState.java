package dev.rowhound.job;

import java.util.Locale;

/** Where a job stands. Only a sealed job, one whose whole input has arrived, can become {@link #COMPLETED}. */
public enum JobState {
    /** The upload still arrives; its first items may be worked on already. */
    RECEIVING,
    /** Sealed, with items left. */
    RUNNING,
    /** Sealed, with items left that nobody may take. */
    PAUSED,
    /** Every item has ended. */
    COMPLETED,
    /** Ended by a fault of its input, with a reason; its items are cancelled. */
    FAILED,
    /** Ended by its owner. */
    CANCELLED;

    /** The name on the wire and in the store, in snake case. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether nothing can happen to the job's items any more. */
    public boolean terminal() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }

    /**
     * The state with that name on the wire.
     *
     * @throws IllegalArgumentException for a name that is none
     */
    public static JobState of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
