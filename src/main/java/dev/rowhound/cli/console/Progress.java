package dev.rowhound.cli.console;

import dev.rowhound.job.ItemState;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far a job is, as a bar shows it.
 *
 * @param counts items by state; a state that is missing has none
 * @param total how many items the job has, or null while its upload still arrives
 * @param rate items ended a second of late, or null before that is known
 * @param note what holds the job up, such as a lost connection; empty if nothing does
 */
public record Progress(
        Map<ItemState, Long> counts,
        @Nullable Long total,
        @Nullable Double rate,
        String note) {
    /** How many items of that state there are. */
    public long count(ItemState state) {
        return counts.getOrDefault(state, 0L);
    }

    /** How many items have ended. */
    public long done() {
        return counts.entrySet().stream()
                .filter(entry -> entry.getKey().ended())
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** How long the rest takes at the present rate, or null where that is unknown. */
    public @Nullable Duration timeLeft() {
        if (total == null || rate == null || rate <= 0) {
            return null;
        }
        return Duration.ofMillis((long) Math.max(0, (total - done()) * 1000 / rate));
    }
}
