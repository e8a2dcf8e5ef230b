package dev.rowhound.bench;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/** Does something at a rate on a thread of its own, until it is stopped; what is late is made up for at once. */
final class Pace {
    private final Thread thread;
    private volatile boolean stopped;
    private volatile long done;

    private Pace(int hz, LongConsumer task) {
        thread = new Thread(() -> run(hz, task), "pace");
        thread.setDaemon(true);
    }

    /**
     * Begins.
     *
     * @param hz how often a second
     * @param task is given 1, 2, 3 …
     */
    static Pace start(int hz, LongConsumer task) {
        Pace pace = new Pace(hz, task);
        pace.thread.start();
        return pace;
    }

    private void run(int hz, LongConsumer task) {
        long began = System.nanoTime();
        long step = TimeUnit.SECONDS.toNanos(1) / hz;
        for (long number = 1; !stopped; number++) {
            long left = began + number * step - System.nanoTime();
            while (left > 0) {
                LockSupport.parkNanos(left);
                left = began + number * step - System.nanoTime();
            }
            task.accept(number);
            done = number;
        }
    }

    /** Ends it; how often it was done. */
    long stop() throws InterruptedException {
        stopped = true;
        thread.join();
        return done;
    }
}
