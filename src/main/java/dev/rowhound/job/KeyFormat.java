package dev.rowhound.job;

import org.jspecify.annotations.Nullable;

/**
 * Which column of an input holds the key of an item, and which keys are valid; by default all are. Thread-safe.
 */
@FunctionalInterface
public interface KeyFormat {
    /** Returns the key column's name, or null if the upload names it. */
    @Nullable
    String column();

    /** Returns the key in the form that is processed and compared. */
    default String normalise(String raw) {
        return raw;
    }

    /**
     * Explains in one sentence why a normalised key is invalid and what would be valid; returns null for a valid key.
     */
    default @Nullable String problem(String key) {
        return null;
    }

    /** Returns whether {@link #problem} can tell keys from other texts. */
    default boolean selective() {
        return false;
    }
}
