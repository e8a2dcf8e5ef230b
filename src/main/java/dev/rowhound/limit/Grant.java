package dev.rowhound.limit;

import java.util.Collections;
import java.util.List;

/**
 * What may start at this moment.
 *
 * @param passes one for each start; each is to be given back
 * @param waitMillis without a pass: how long to wait before asking again makes sense, in milliseconds; else 0
 */
public record Grant(List<String> passes, long waitMillis) {
    /** Stands for a start that nothing limits; nobody keeps account of it. */
    private static final String FREE = "~";

    public Grant {
        passes = List.copyOf(passes);
    }

    /** So many starts that nobody keeps account of. */
    static Grant free(int passes) {
        return new Grant(Collections.nCopies(passes, FREE), 0);
    }

    /** The passes that account is kept of. */
    static List<String> counted(List<String> passes) {
        return passes.stream().filter(pass -> !pass.equals(FREE)).toList();
    }
}
