package dev.rowhound.progress;

import java.util.Set;

/**
 * One step of a job's progress.
 *
 * @param cursor its number and mark
 * @param type such as {@code item.ended}
 * @param json the event as it stands on the wire, the same bytes for whoever reads it
 */
public record JobEvent(Cursor cursor, String type, String json) {
    private static final Set<String> TERMINAL = Set.of("job.completed", "job.failed", "job.cancelled");

    /** Whether nothing follows, as long as it is the last one. */
    public boolean terminal() {
        // Asked once a watcher and event, and most are of items.
        return type.startsWith("job.") && TERMINAL.contains(type);
    }
}
