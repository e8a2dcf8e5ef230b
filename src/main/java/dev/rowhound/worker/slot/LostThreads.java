package dev.rowhound.worker.slot;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Counts the threads of a node that did not come back from an item although it was aborted. Java cannot end such a
 * thread: it holds a core until it returns by itself or the process ends. So their number is bounded, and a node that
 * has reached the bound is unhealthy. Safe for use from any thread.
 */
public final class LostThreads {
    private final int max;
    private final Counter total;
    private int running;

    /**
     * Registers its meters there.
     *
     * @param max how many may run on at once while each gets a substitute
     */
    public LostThreads(int max, MeterRegistry registry) {
        this.max = max;
        this.total = Counter.builder("rowhound_worker_threads_lost")
                .description("Threads that did not come back from an item although it was aborted")
                .register(registry);
        Gauge.builder("rowhound_worker_threads_hanging", this, LostThreads::running)
                .description("Lost threads that still run")
                .register(registry);
    }

    /** Counts one more. Answers whether it may have a substitute. */
    synchronized boolean add() {
        total.increment();
        running++;
        return running <= max;
    }

    /** One of them has come back after all. */
    synchronized void returned() {
        running--;
    }

    /** How many run on at present. */
    public synchronized int running() {
        return running;
    }

    /** Whether so many run on that only a new process frees their cores. */
    public synchronized boolean tooMany() {
        return running >= max;
    }
}
