package dev.rowhound.worker.lease;

import dev.rowhound.worker.WorkerConfig;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Limits how many items a node processes concurrently. Items that wait for a person do not count, so that other items
 * proceed. The number of items that may ask a person is limited separately, because each keeps its processor while it
 * waits: such an item holds a {@link Place} from its start, or from its question, until it ends. An item continues as
 * soon as it is answered, and counts again. Thread-safe.
 */
public final class Slots {
    private final int max;
    private final long idleMillis;
    private int active;
    private int places;
    private int openProcessors;
    private Runnable onFree = () -> {};

    /** Takes the limits from the configuration; idle slots keep their processors open. */
    public Slots(WorkerConfig config) {
        this(config.slots(), config.waiting(), Duration.ZERO);
    }

    /**
     * @param max how many items are processed concurrently
     * @param places how many may ask a person
     * @param idle how long an idle slot keeps its processors; zero for no limit
     */
    public Slots(int max, int places, Duration idle) {
        this.max = max;
        this.places = places;
        this.idleMillis = idle.toMillis();
    }

    /** Sets the action to run, on any thread, when another item may start or another item may ask. */
    synchronized void onFree(Runnable action) {
        onFree = action;
    }

    /** How many more items may start; negative while more answered items have continued than there are slots. */
    synchronized int free() {
        return max - active;
    }

    /** Counts an item as running; false if all slots are in use. */
    synchronized boolean begin() {
        if (active >= max) {
            return false;
        }
        active++;
        return true;
    }

    public synchronized void end() {
        active--;
    }

    /** The permit of one item to ask a person, any number of times. */
    public final class Place implements AutoCloseable {
        private final AtomicBoolean closed = new AtomicBoolean();

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                free(() -> places++);
            }
        }
    }

    synchronized int freePlaces() {
        return places;
    }

    /** Acquires up to {@code wanted} places. */
    List<Place> places(int wanted) {
        return Stream.generate(this::place)
                .limit(wanted)
                .takeWhile(Objects::nonNull)
                .toList();
    }

    /** Acquires a place, or returns null if all are in use. */
    public synchronized @Nullable Place place() {
        if (places == 0) {
            return null;
        }
        places--;
        return new Place();
    }

    /** Stops counting a running item while it waits for a person. */
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

    /** Counts an item as running again, even beyond the limit. */
    public synchronized void stopWaiting() {
        active++;
    }

    /** Counts a slot that has opened its first processor. */
    public synchronized void warmed() {
        openProcessors++;
    }

    /** Stops counting a slot that has closed its processors, or lost them with its thread. */
    public synchronized void closed() {
        openProcessors--;
    }

    /** How long an idle slot keeps its processors, in milliseconds; 0 for no limit. */
    public long idleMillis() {
        return idleMillis;
    }

    /**
     * Whether an idle slot must close its processors, because more slots have opened processors while items waited than
     * may run at once. Stops counting the slot if so.
     */
    public synchronized boolean cools() {
        if (openProcessors <= max) {
            return false;
        }
        openProcessors--;
        return true;
    }
}
