package dev.rowhound.crawl;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers for which recipes and hosts a look-up needs a browser. What it knows lapses, so that now and then it is
 * tried again without one. Safe for use by several threads.
 */
final class EngineMemory {
    /** How long a site is known to need a browser. */
    static final Duration KNOWN_FOR = Duration.ofMinutes(10);

    private static final int MOST = 1_000;

    private final InstantSource clock;

    private final Map<String, Long> browserUntil = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST;
        }
    };

    EngineMemory(InstantSource clock) {
        this.clock = clock;
    }

    /** Whether that recipe needs a browser at that host, as far as is known. */
    synchronized boolean needsBrowser(String recipe, String host) {
        Long until = browserUntil.get(recipe + " " + host);
        return until != null && clock.millis() < until;
    }

    /** A browser has read what could not be read without one. */
    synchronized void browserWorked(String recipe, String host) {
        browserUntil.put(recipe + " " + host, clock.millis() + KNOWN_FOR.toMillis());
    }
}
