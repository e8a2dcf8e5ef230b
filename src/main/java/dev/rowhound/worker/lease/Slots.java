package dev.rowhound.worker.lease;

import dev.rowhound.worker.WorkerConfig;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How many items a node works on at once. An item that waits for a person does not count, so that others go on. How
 * many may ask a person is bounded, for each of them holds its processor while it waits: an item that asks has a
 * {@link Place}, from before it is looked up or from its question on until it is done with. One that has its answer goes
 * on at once, and counts again. Safe for use from any thread.
 */
public final class Slots {
    private final int most;
    private final long idleMillis;
    private int active;
    private int places;
    private int warm;
    private Runnable onFree = () -> {};

    /** As the configuration says. Processors stay open for the next items. */
    public Slots(WorkerConfig config) {
        this(config.slots(), config.waiting(), Duration.ZERO);
    }

    /**
     * @param most how many items are worked on at once
     * @param places how many may ask a person
     * @param idle how long a slot keeps its processors without an item; zero for as long as it is there
     */
    public Slots(int most, int places, Duration idle) {
        this.most = most;
        this.places = places;
        this.idleMillis = idle.toMillis();
    }

    /** Is called, on any thread, when another item may be begun, or another one may ask. */
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
    public synchronized void end() {
        active--;
    }

    /** The right of one item to ask a person, as often as it must. */
    public final class Place implements AutoCloseable {
        private final AtomicBoolean closed = new AtomicBoolean();

        /** Gives it back. */
        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                free(() -> places++);
            }
        }
    }

    /** How many more items may ask. */
    synchronized int freePlaces() {
        return places;
    }

    /** The right to ask for up to so many items. */
    List<Place> places(int wanted) {
        return Stream.generate(this::place)
                .limit(wanted)
                .takeWhile(Objects::nonNull)
                .toList();
    }

    /** The right to ask, or null where as many items have it as may. */
    public synchronized @Nullable Place place() {
        if (places == 0) {
            return null;
        }
        places--;
        return new Place();
    }

    /** An item that has begun waits for a person. */
    public void startWaiting() {
        free(() -> active--);
    }

    private void free(Runnable change) {
        Runnable freed;
        synchronized (this) {
            change.run();
            freed = onFree;
        }
        freed.run();
    }

    /** An item waits no more. */
    public synchronized void stopWaiting() {
        active++;
    }

    /** Somebody has made a processor. */
    public synchronized void warmed() {
        warm++;
    }

    /** A slot has closed its processors, or has lost them with its thread. */
    public synchronized void closed() {
        warm--;
    }

    /** How long a slot keeps its processors without an item, 0 for as long as it is there. */
    public long idleMillis() {
        return idleMillis;
    }

    /**
     * Whether a slot with processors and no item shall close them: more were made while items waited than are needed
     * when none does. Counts it as closed.
     */
    public synchronized boolean cools() {
        if (warm <= most) {
            return false;
        }
        warm--;
        return true;
    }
}
