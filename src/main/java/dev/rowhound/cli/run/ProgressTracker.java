package dev.rowhound.cli.run;

import dev.rowhound.cli.console.Progress;
import dev.rowhound.job.ItemState;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tracks a job's counters. The rate covers the last {@value #WINDOW_SECONDS} seconds, so that rows that end at once,
 * such as invalid ones, do not promise a speed that the browser cannot keep. Thread-safe.
 */
final class ProgressTracker {
    private static final int WINDOW_SECONDS = 20;
    private static final long WINDOW_NANOS = WINDOW_SECONDS * 1_000_000_000L;
    private static final long MIN_SPAN_NANOS = 1_000_000_000L;

    private record Sample(long at, long done) {}

    private final LongSupplier clock;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private Map<ItemState, Long> counts = Map.of();
    private @Nullable Long total;
    private String note = "";

    /**
     * @param clock a monotonic clock in nanoseconds
     */
    ProgressTracker(LongSupplier clock) {
        this.clock = clock;
    }

    /** Updates the counters from an event or snapshot, and the total if it is known. */
    synchronized void update(JsonObject counters, @Nullable Long newTotal) {
        Map<ItemState, Long> newCounts = new EnumMap<>(ItemState.class);
        for (ItemState state : ItemState.values()) {
            newCounts.put(state, counters.getLong(state.wire(), 0L));
        }
        counts = newCounts;
        if (newTotal != null) {
            total = newTotal;
        }
        note = "";
        samples.addLast(new Sample(clock.getAsLong(), progress(null).done()));
        prune();
    }

    /** Sets the current obstacle, until the next update. */
    synchronized void note(String newNote) {
        note = newNote;
    }

    /** Returns the current progress. */
    synchronized Progress progress() {
        prune();
        Sample first = samples.peekFirst();
        Sample last = samples.peekLast();
        Double rate = null;
        if (first != null && last != null) {
            long span = clock.getAsLong() - first.at;
            if (span >= MIN_SPAN_NANOS && last.done > first.done) {
                rate = (last.done - first.done) * 1e9 / span;
            }
        }
        return progress(rate);
    }

    private Progress progress(@Nullable Double rate) {
        return new Progress(counts, total, rate, note);
    }

    /** Drops old samples, except one at or before the start of the window, from which the rate is counted. */
    private void prune() {
        long start = clock.getAsLong() - WINDOW_NANOS;
        while (samples.size() > 1) {
            Sample first = samples.removeFirst();
            Sample second = samples.peekFirst();
            if (second == null || second.at > start) {
                samples.addFirst(first);
                return;
            }
        }
    }
}
