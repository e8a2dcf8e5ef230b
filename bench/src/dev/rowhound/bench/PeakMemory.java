package dev.rowhound.bench;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Weighs processes once a second and keeps the greatest weight. */
final class PeakMemory {
    private static final int EVERY_MILLIS = 1000;

    private final ProcessTree tree;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;
    private double kilobytes;

    /** Begins. */
    PeakMemory(ProcessTree tree) {
        this.tree = tree;
        this.thread = new Thread(this::watch, "peak-memory");
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        try {
            do {
                kilobytes = Math.max(kilobytes, tree.residentKilobytes());
            } while (!stopped.await(EVERY_MILLIS, TimeUnit.MILLISECONDS));
            kilobytes = Math.max(kilobytes, tree.residentKilobytes());
        } catch (IOException | InterruptedException e) {
            System.err.println("bench/run: memory could not be read: " + e);
        }
    }

    /** Ends, and tells the greatest weight in megabytes. */
    double stop() throws InterruptedException {
        stopped.countDown();
        thread.join();
        return kilobytes / 1024;
    }
}
