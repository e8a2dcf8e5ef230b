package dev.rowhound.job;

/** What a processor may ask of its caller. Implementations may be called from the processor's thread only. */
public interface ItemContext {
    /**
     * Says that the item moves on. The right to work on it is renewed only while this is called from time to time,
     * so that a thread which hangs loses its item.
     *
     * @param step what is being done, such as {@code start} or {@code extract}
     */
    void progress(String step);

    /**
     * Reports how far the item is, which counts as a sign of life. Watchers of the job get the newest report, at most
     * twice a second.
     *
     * @param percent 0 to 100
     * @param word what is being done, for a person
     */
    default void progress(int percent, String word) {
        progress(word);
    }

    /** How many milliseconds are left before the item is taken away; 0 once they are over. */
    long remainingMillis();

    /**
     * Says that the host has answered that it is asked too much. Nothing more is to start there for a while.
     *
     * @param retryAfterMillis how long it has asked for, in milliseconds; -1 where it has not said
     */
    default void slowDown(long retryAfterMillis) {}

    /** Whether a person looks at this attempt by itself, so that its picture is wanted also where it ends well. */
    default boolean watched() {
        return false;
    }

    /** Keeps a file beside the item's result. A later one of the same name replaces it. */
    default void evidence(Evidence evidence) {}

    /**
     * Asks a person. The item counts as one that waits for a person until the answer is there or the question is
     * over; that time is not taken from {@link #remainingMillis}. The slot's other items go on elsewhere meanwhile.
     */
    default PendingAnswer ask(Question question) {
        return PendingAnswer.none("Nobody can be asked here");
    }
}
