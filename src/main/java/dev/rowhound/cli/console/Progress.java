package dev.rowhound.cli.console;

import dev.rowhound.job.ItemState;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The progress of a job as the bar shows it.
 *
 * @param counts items by state; missing states count 0
 * @param total the number of items, or null until the upload is complete
 * @param rate the recent number of finished items per second, or null if unknown
 * @param note an obstacle, such as a lost connection, or empty
 */
public record Progress(
        Map<ItemState, Long> counts,
        @Nullable Long total,
        @Nullable Double rate,
        String note) {
    public long count(ItemState state) {
        return counts.getOrDefault(state, 0L);
    }

    /** Returns the number of finished items. */
    public long done() {
        return counts.entrySet().stream()
                .filter(entry -> entry.getKey().ended())
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Returns the estimated time left, or null if unknown. */
    public @Nullable Duration timeLeft() {
        if (total == null || rate == null || rate <= 0) {
            return null;
        }
        return Duration.ofMillis((long) Math.max(0, (total - done()) * 1000 / rate));
    }
}
