package dev.trawl.worker;

/**
 * How many items a node works on at once. An item that waits for a person does not count, so that others go on; how
 * many may wait is bounded, for each of them has a browser. One that has its answer goes on at once, and counts again.
 * Safe for use from any thread.
 */
public final class Slots {
    private final int most;
    private final int mostWaiting;
    private int active;
    private int waiting;
    private int warm;
    private Runnable onFree = () -> {};

    /** As the configuration says. */
    public Slots(WorkerConfig config) {
        this.most = config.slots();
        this.mostWaiting = config.waiting();
    }

    /** Is called, on any thread, when an item waits and so another one may be begun. */
    synchronized void onFree(Runnable action) {
        onFree = action;
    }

    /** How many more items may be begun; below 0 while more have gone on than there is room for. */
    synchronized int free() {
        return most - active;
    }

    /** Takes a place for an item; false where there is none. */
    synchronized boolean begin() {
        if (active >= most) {
            return false;
        }
        active++;
        return true;
    }

    /** An item that has begun is done with. */
    synchronized void end() {
        active--;
    }

    /** An item that has begun waits for a person; false where as many wait as may. */
    boolean startWaiting() {
        Runnable freed;
        synchronized (this) {
            if (waiting >= mostWaiting) {
                return false;
            }
            waiting++;
            active--;
            freed = onFree;
        }
        freed.run();
        return true;
    }

    /** An item waits no more. */
    synchronized void stopWaiting() {
        waiting--;
        active++;
    }

    /** Somebody has made a processor. */
    synchronized void warmed() {
        warm++;
    }

    /**
     * Whether whoever has a processor and no item shall close it: more were made while items waited than are needed
     * when none does. Counts it as closed.
     */
    synchronized boolean cools() {
        if (warm <= most) {
            return false;
        }
        warm--;
        return true;
    }
}
