package dev.rowhound.http.stream;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** How many streams a node has open, over all its event loops, and how many it may have. */
public final class StreamCount {
    private final int most;
    private final AtomicInteger open = new AtomicInteger();

    /** Counts up to that many, and tells them as {@code rowhound_streams}. */
    public StreamCount(int most, MeterRegistry registry) {
        this.most = most;
        Gauge.builder("rowhound_streams", open, AtomicInteger::get)
                .description("Open event streams")
                .register(registry);
    }

    /** Whether there may be no more. */
    public boolean full() {
        return open.get() >= most;
    }

    void opened() {
        open.incrementAndGet();
    }

    void closed() {
        open.decrementAndGet();
    }
}
