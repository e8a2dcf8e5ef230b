package dev.rowhound.limit;

import java.util.Collections;
import java.util.List;

/**
 * The starts that are allowed now.
 *
 * @param passes one a start; the caller releases each
 * @param waitMillis how long to wait before the next request if no pass was granted, else 0
 */
public record Grant(List<String> passes, long waitMillis) {
    /** The pass of an unlimited start, which is not accounted for. */
    private static final String FREE = "~";

    public Grant {
        passes = List.copyOf(passes);
    }

    /** Grants unlimited starts. */
    static Grant free(int passes) {
        return new Grant(Collections.nCopies(passes, FREE), 0);
    }

    /** Returns the passes that are accounted for. */
    static List<String> counted(List<String> passes) {
        return passes.stream().filter(pass -> !pass.equals(FREE)).toList();
    }
}
