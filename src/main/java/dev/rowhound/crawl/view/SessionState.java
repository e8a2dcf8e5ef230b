package dev.rowhound.crawl.view;

import org.jspecify.annotations.Nullable;

/**
 * The cookies and storage with which a page continues a session.
 *
 * @param key the session and its version: pages with the same key continue the state of the page before
 * @param storageState the initial state from {@link View#storageState}, or null for none
 */
public record SessionState(String key, @Nullable String storageState) {
    /** Compares keys only, since an open page keeps its own state. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SessionState state && state.key.equals(key);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }
}
