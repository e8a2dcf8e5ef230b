package dev.rowhound.progress;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Consecutive events. All watchers at the same position share a batch, so that each encoding is computed once for all
 * of them. Thread-safe.
 */
public final class EventBatch {
    private final List<JobEvent> events;
    private final String cursorText;
    private final ConcurrentHashMap<Encoding, Buffer> encoded = new ConcurrentHashMap<>(2);

    /** A way to encode events. Instances are compared by identity, so keep them as constants. */
    @FunctionalInterface
    public interface Encoding {
        /** Returns the encoded events; the caller does not modify the buffer. */
        Buffer encode(List<JobEvent> events);
    }

    /** @param events at least one */
    public EventBatch(List<JobEvent> events) {
        this.events = List.copyOf(events);
        this.cursorText = last().toString();
    }

    public List<JobEvent> events() {
        return events;
    }

    /** Returns the cursor of the last event. */
    public Cursor last() {
        return lastEvent().cursor();
    }

    /** Returns the wire form of {@link #last}, computed once for all watchers. */
    String cursorText() {
        return cursorText;
    }

    JobEvent lastEvent() {
        return events.get(events.size() - 1);
    }

    /** Returns the encoded events; all callers share the buffer, so do not modify it. */
    public Buffer as(Encoding encoding) {
        return encoded.computeIfAbsent(encoding, key -> key.encode(events));
    }
}
