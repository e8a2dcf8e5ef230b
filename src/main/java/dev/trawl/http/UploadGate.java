package dev.trawl.http;

import java.util.concurrent.atomic.AtomicInteger;

/** How many uploads a node takes at once, over all its event loops. */
public final class UploadGate {
    private final int most;
    private final AtomicInteger running = new AtomicInteger();

    /** Lets that many in. */
    public UploadGate(int most) {
        this.most = most;
    }

    /** Whether one more was let in; then {@link #leave} is to be called once. */
    boolean enter() {
        if (running.incrementAndGet() > most) {
            running.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Ends what {@link #enter} began. */
    void leave() {
        running.decrementAndGet();
    }
}
