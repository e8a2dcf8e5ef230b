package dev.rowhound.progress;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Events that follow each other without a hole. All watchers that stand at the same place are given the same batch, so
 * that what it is encoded to is made once for all of them. Safe for use from any thread.
 */
public final class EventBatch {
    private final List<JobEvent> events;
    private final String place;
    private final ConcurrentHashMap<Encoding, Buffer> encoded = new ConcurrentHashMap<>(2);

    /** A way to write events. Its identity distinguishes it, so keep it as a constant. */
    @FunctionalInterface
    public interface Encoding {
        /** The bytes of these events; not changed afterwards. */
        Buffer encode(List<JobEvent> events);
    }

    /** Of those events, one at least. */
    public EventBatch(List<JobEvent> events) {
        this.events = List.copyOf(events);
        this.place = last().toString();
    }

    /** The events, in order. */
    public List<JobEvent> events() {
        return events;
    }

    /** The last event's cursor. */
    public Cursor last() {
        return lastEvent().cursor();
    }

    /** The wire form of {@link #last}, made once for all watchers. */
    String place() {
        return place;
    }

    JobEvent lastEvent() {
        return events.get(events.size() - 1);
    }

    /** The events as bytes; the same buffer for every caller, which none may change. */
    public Buffer as(Encoding encoding) {
        return encoded.computeIfAbsent(encoding, wanted -> wanted.encode(events));
    }
}
