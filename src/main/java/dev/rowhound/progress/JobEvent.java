package dev.rowhound.progress;

import dev.rowhound.job.event.EventType;

/**
 * An event of a job.
 *
 * @param cursor its number and mark
 * @param type such as {@code item.ended}
 * @param json the wire form, the same for every reader
 */
public record JobEvent(Cursor cursor, String type, String json) {
    /** Returns whether the event ends the job, provided that it is the last one. */
    public boolean terminal() {
        return EventType.isTerminal(type);
    }
}
