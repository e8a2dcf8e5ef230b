package dev.rowhound.worker;

import dev.rowhound.config.JsonReader;
import java.time.Duration;

/**
 * The configuration section {@code worker}.
 *
 * @param slots how many items a node processes concurrently, each with a separate processor
 * @param waiting how many more items may wait for a person's answer; each keeps its processor
 * @param stop how long a stopping node waits for running items before it releases them
 */
public record WorkerConfig(int slots, int waiting, Duration stop) {

    public static WorkerConfig from(JsonReader section) {
        return new WorkerConfig(
                section.integer("slots", 2, 1, 64),
                section.integer("waiting", 4, 0, 64),
                Duration.ofMillis(section.integer("stop_ms", 20_000, 0, 600_000)));
    }
}
