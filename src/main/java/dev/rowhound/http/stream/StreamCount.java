package dev.rowhound.http.stream;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the open streams of a node over all event loops. Thread-safe. */
public final class StreamCount {
    private final int maxStreams;
    private final AtomicInteger open = new AtomicInteger();

    /** Creates a counter and registers the gauge {@code rowhound_streams}. */
    public StreamCount(int maxStreams, MeterRegistry registry) {
        this.maxStreams = maxStreams;
        Gauge.builder("rowhound_streams", open, AtomicInteger::get)
                .description("Open event streams")
                .register(registry);
    }

    /** Returns whether the node has its maximum of open streams. */
    public boolean full() {
        return open.get() >= maxStreams;
    }

    void opened() {
        open.incrementAndGet();
    }

    void closed() {
        open.decrementAndGet();
    }
}
