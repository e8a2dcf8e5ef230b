package dev.rowhound.job;

/** What an attempt offers to its processor. Call these methods from the processor's thread only. */
public interface ItemContext {
    /**
     * Signals that the item makes progress. The lease is renewed only while this is called from time to time, so a
     * hanging thread loses its item.
     *
     * @param step the current step, such as {@code start} or {@code extract}
     */
    void progress(String step);

    /**
     * Reports the progress, which also counts as a sign of life. Watchers of the job receive the latest report, at most
     * twice a second.
     *
     * @param percent 0 to 100
     * @param word the current activity, for a person
     */
    default void progress(int percent, String word) {
        progress(word);
    }

    /** Returns the milliseconds until the item's deadline; 0 after it. */
    long remainingMillis();

    /**
     * Reports that the host limits the rate; no item starts there for a while.
     *
     * @param retryAfterMillis the pause that the host requested, in milliseconds; -1 if none
     */
    default void slowDown(long retryAfterMillis) {}

    /** Returns whether a person inspects this attempt, so that it keeps a screenshot on success too. */
    default boolean watched() {
        return false;
    }

    /** Keeps a file with the item's result, replacing an earlier one of the same name. */
    default void evidence(Evidence evidence) {}

    /**
     * Asks a person. The item is in state {@code needs_human} until the answer arrives or the question expires; that
     * time does not reduce {@link #remainingMillis}. Meanwhile the slot's other items run elsewhere.
     */
    default PendingAnswer ask(Question question) {
        return PendingAnswer.none("Questions cannot be answered here");
    }
}
