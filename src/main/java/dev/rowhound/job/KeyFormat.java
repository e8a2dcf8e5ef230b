package dev.rowhound.job;

import org.jspecify.annotations.Nullable;

/** Which column of an input names an item, and what such a key must look like. Safe for use by several threads. */
public interface KeyFormat {
    /** The column that holds the key, or null where the upload names it. */
    @Nullable
    String column();

    /** The key as it is processed and compared. */
    String normalise(String raw);

    /** Why a normalised key is refused, in one sentence that says what would be right, or null if it may be processed. */
    @Nullable
    String problem(String key);
}
