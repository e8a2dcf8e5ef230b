package dev.rowhound.bench;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Measures the memory of processes once a second and keeps the maximum. */
final class PeakMemory {
    private static final int INTERVAL_MILLIS = 1000;

    private final ProcessTree tree;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;
    private double maxKilobytes;

    /** Starts the measurement. */
    PeakMemory(ProcessTree tree) {
        this.tree = tree;
        this.thread = new Thread(this::watch, "peak-memory");
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        try {
            do {
                maxKilobytes = Math.max(maxKilobytes, tree.residentKilobytes());
            } while (!stopped.await(INTERVAL_MILLIS, TimeUnit.MILLISECONDS));
            maxKilobytes = Math.max(maxKilobytes, tree.residentKilobytes());
        } catch (IOException | InterruptedException e) {
            System.err.println("bench/run: memory could not be read: " + e);
        }
    }

    /** Stops the measurement and returns the maximum in megabytes. */
    double stop() throws InterruptedException {
        stopped.countDown();
        thread.join();
        return maxKilobytes / 1024;
    }
}
