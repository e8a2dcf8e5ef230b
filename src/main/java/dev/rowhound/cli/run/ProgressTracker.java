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
 * Follows a job's counters. The rate is that of the last {@value #WINDOW_SECONDS} seconds, so that rows that end at
 * once, such as those that fail the recipe's check, do not promise a speed that the browser cannot keep. Safe for use
 * by several threads.
 */
final class ProgressTracker {
    private static final int WINDOW_SECONDS = 20;
    private static final long WINDOW = WINDOW_SECONDS * 1_000_000_000L;
    private static final long MIN_SPAN_NANOS = 1_000_000_000L;

    private record Sample(long at, long done) {}

    private final LongSupplier clock;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private Map<ItemState, Long> counts = Map.of();
    private @Nullable Long total;
    private String note = "";

    /** With a clock of nanoseconds that only goes forward. */
    ProgressTracker(LongSupplier clock) {
        this.clock = clock;
    }

    /** Takes over counters as events and snapshots carry them, and the total where it is known. */
    synchronized void update(JsonObject counters, @Nullable Long newTotal) {
        Map<ItemState, Long> taken = new EnumMap<>(ItemState.class);
        for (ItemState state : ItemState.values()) {
            taken.put(state, counters.getLong(state.wire(), 0L));
        }
        counts = taken;
        if (newTotal != null) {
            total = newTotal;
        }
        note = "";
        samples.addLast(new Sample(clock.getAsLong(), present(null).done()));
        prune();
    }

    /** Says what holds the job up, until the next update. */
    synchronized void note(String newNote) {
        note = newNote;
    }

    /** How far the job is. */
    synchronized Progress present() {
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
        return present(rate);
    }

    private Progress present(@Nullable Double rate) {
        return new Progress(counts, total, rate, note);
    }

    /** Keeps one sample at or before the window's start, so that the rate has an edge to count from. */
    private void prune() {
        long start = clock.getAsLong() - WINDOW;
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
