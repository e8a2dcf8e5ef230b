package dev.rowhound.worker.slot;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Counts the threads that hang although their item was aborted. Java cannot stop such a thread: it may occupy a core
 * until it returns or the process ends. Their number is therefore limited, and a node that reaches the limit is
 * unhealthy. Thread-safe.
 */
public final class LostThreads {
    private final int max;
    private final Counter total;
    private int running;

    /**
     * @param max how many hanging threads are replaced at a time
     */
    public LostThreads(int max, MeterRegistry registry) {
        this.max = max;
        this.total = Counter.builder("rowhound_worker_threads_lost")
                .description("Threads that did not return from an aborted item")
                .register(registry);
        Gauge.builder("rowhound_worker_threads_hanging", this, LostThreads::running)
                .description("Lost threads that still run")
                .register(registry);
    }

    /** Counts a hanging thread. Returns whether it may be replaced. */
    synchronized boolean add() {
        total.increment();
        running++;
        return running <= max;
    }

    /** Stops counting a thread that has returned after all. */
    synchronized void returned() {
        running--;
    }

    /** The number of threads that still hang. */
    public synchronized int running() {
        return running;
    }

    /** Whether the limit is reached, so that only a restart of the process frees the cores. */
    public synchronized boolean tooMany() {
        return running >= max;
    }
}
