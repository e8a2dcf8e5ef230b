package dev.rowhound.limit;

import java.util.Collections;
import java.util.List;

/**
 * The starts that are allowed now.
 *
 * @param permits one a start; the caller releases each
 * @param waitMillis how long to wait before the next request if no permit was granted, else 0
 */
public record Grant(List<String> permits, long waitMillis) {
    /** The permit of an unlimited start, which is not accounted for. */
    private static final String FREE = "~";

    public Grant {
        permits = List.copyOf(permits);
    }

    /** Grants unlimited starts. */
    static Grant free(int permits) {
        return new Grant(Collections.nCopies(permits, FREE), 0);
    }

    /** Returns the permits that are accounted for. */
    static List<String> counted(List<String> permits) {
        return permits.stream().filter(permit -> !permit.equals(FREE)).toList();
    }
}
