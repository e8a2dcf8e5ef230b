package dev.rowhound.worker;

import dev.rowhound.config.JsonReader;
import java.time.Duration;

/**
 * The section {@code worker} of the configuration.
 *
 * @param slots how many items a node looks up at once, each with a processor of its own
 * @param waiting how many items may wait for a person beside those, each with its processor
 * @param stop how long a stopping node waits for running items before it gives them back
 */
public record WorkerConfig(int slots, int waiting, Duration stop) {

    /** Reads the section. */
    public static WorkerConfig from(JsonReader section) {
        return new WorkerConfig(
                section.integer("slots", 2, 1, 64),
                section.integer("waiting", 4, 0, 64),
                Duration.ofMillis(section.integer("stop_ms", 20_000, 0, 600_000)));
    }
}
