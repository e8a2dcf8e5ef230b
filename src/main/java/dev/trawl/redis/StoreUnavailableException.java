package dev.trawl.redis;

import org.jspecify.annotations.Nullable;

/** The store gave no answer: what was asked of it may or may not have happened. */
public final class StoreUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoreUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
