package dev.rowhound.crawl.view;

import org.jspecify.annotations.Nullable;

/**
 * The cookies and storage that a page goes on with.
 *
 * @param key whose they are, and which state of them: pages of the same key go on with what the one before left
 * @param stored what a page of this key begins with, as {@link View#stored} gave it, or null for nothing
 */
public record SessionState(String key, @Nullable String stored) {
    /** A page that has begun goes on by itself, so that only the key counts. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SessionState state && state.key.equals(key);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }
}
