package dev.rowhound.worker.lease;

import dev.rowhound.job.ItemState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The metrics of workers. */
public final class WorkerMeters {
    private final Timer attempts;
    private final Counter stale;
    private final Counter rowMismatches;
    private final Map<ItemState, Counter> ended = new EnumMap<>(ItemState.class);

    public WorkerMeters(MeterRegistry registry) {
        attempts = Timer.builder("rowhound_item_attempt")
                .description("How long one attempt at an item takes")
                .register(registry);
        stale = Counter.builder("rowhound_stale_completions")
                .description("Results that came after their lease was lost and changed nothing")
                .register(registry);
        rowMismatches = Counter.builder("rowhound_rows_mixed_up")
                .description("Rows that were looked up with another row's values; any is a fault of this program")
                .register(registry);
        for (ItemState state : ItemState.values()) {
            if (state.ended()) {
                ended.put(
                        state,
                        Counter.builder("rowhound_items_ended")
                                .description("Items that this node has ended")
                                .tag("state", state.wire())
                                .register(registry));
            }
        }
    }

    void attempted(long nanos) {
        attempts.record(nanos, TimeUnit.NANOSECONDS);
    }

    void ended(ItemState state) {
        Counter counter = ended.get(state);
        if (counter != null) {
            counter.increment();
        }
    }

    void rowMismatch() {
        rowMismatches.increment();
    }

    void stale() {
        stale.increment();
    }
}
