package dev.rowhound.bench;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/** Runs a task at a fixed rate on a separate thread until stopped; late runs follow without a pause. */
final class Pace {
    private final Thread thread;
    private volatile boolean stopped;
    private volatile long done;

    private Pace(int hz, LongConsumer task) {
        thread = new Thread(() -> run(hz, task), "pace");
        thread.setDaemon(true);
    }

    /**
     * Starts the task.
     *
     * @param hz the number of runs per second
     * @param task receives the number of the run, from 1
     */
    static Pace start(int hz, LongConsumer task) {
        Pace pace = new Pace(hz, task);
        pace.thread.start();
        return pace;
    }

    private void run(int hz, LongConsumer task) {
        long startNanos = System.nanoTime();
        long stepNanos = TimeUnit.SECONDS.toNanos(1) / hz;
        for (long number = 1; !stopped; number++) {
            long remainingNanos = startNanos + number * stepNanos - System.nanoTime();
            while (remainingNanos > 0) {
                LockSupport.parkNanos(remainingNanos);
                remainingNanos = startNanos + number * stepNanos - System.nanoTime();
            }
            task.accept(number);
            done = number;
        }
    }

    /** Stops the task and returns the number of runs. */
    long stop() throws InterruptedException {
        stopped = true;
        thread.join();
        return done;
    }
}
