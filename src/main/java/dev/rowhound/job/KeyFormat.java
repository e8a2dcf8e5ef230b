package dev.rowhound.job;

import org.jspecify.annotations.Nullable;

/**
 * Which column of an input names an item, and what such a key must look like: anything, unless a format says more. Safe
 * for use by several threads.
 */
@FunctionalInterface
public interface KeyFormat {
    /** The column that holds the key, or null where the upload names it. */
    @Nullable
    String column();

    /** The key as it is processed and compared. */
    default String normalise(String raw) {
        return raw;
    }

    /** Why a normalised key is refused, in one sentence that says what would be right, or null if it may be processed. */
    default @Nullable String problem(String key) {
        return null;
    }

    /** Whether {@link #problem} tells by a text's form whether it is a key. */
    default boolean selective() {
        return false;
    }
}
