package dev.rowhound.crawl;

import dev.rowhound.cache.LruMap;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/**
 * Remembers which recipes need a browser at which hosts. Entries expire, so that the HTTP engine is retried from time
 * to time. Thread-safe.
 */
final class EnginePredictor {
    static final Duration TIME_TO_LIVE = Duration.ofMinutes(10);

    private static final int MAX_ENTRIES = 1_000;

    private final InstantSource clock;
    private final Map<String, Long> browserUntil = new LruMap<>(MAX_ENTRIES);

    EnginePredictor(InstantSource clock) {
        this.clock = clock;
    }

    /** Returns whether an unexpired entry says that the recipe needs a browser at the host. */
    synchronized boolean needsBrowser(String recipe, String host) {
        Long until = browserUntil.get(recipe + " " + host);
        return until != null && clock.millis() < until;
    }

    /** Records that a browser succeeded where the HTTP engine failed. */
    synchronized void browserWorked(String recipe, String host) {
        browserUntil.put(recipe + " " + host, clock.millis() + TIME_TO_LIVE.toMillis());
    }
}
