package dev.rowhound.progress;

import dev.rowhound.job.event.EventType;

/**
 * One step of a job's progress.
 *
 * @param cursor its number and mark
 * @param type such as {@code item.ended}
 * @param json the event as it stands on the wire, the same bytes for every reader
 */
public record JobEvent(Cursor cursor, String type, String json) {
    /** Whether nothing follows, as long as it is the last one. */
    public boolean terminal() {
        return EventType.isTerminal(type);
    }
}
