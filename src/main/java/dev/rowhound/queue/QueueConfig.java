package dev.rowhound.queue;

import dev.rowhound.config.JsonReader;
import java.time.Duration;

/**
 * The configuration section {@code queue}.
 *
 * @param lease how long a worker holds an item without a sign of life
 * @param uploadLease how long an upload may be silent before its job fails
 * @param crashLimit how often an item may lose the worker that started it before it fails
 * @param ttl how long a job is kept after its end
 * @param compatTtl the same for a job of the old API
 * @param compactAfter how long after a job's end its results move from Redis to a file
 */
public record QueueConfig(
        Duration lease, Duration uploadLease, int crashLimit, Duration ttl, Duration compatTtl, Duration compactAfter) {

    public static QueueConfig from(JsonReader section) {
        return new QueueConfig(
                Duration.ofMillis(section.integer("lease_ms", 15_000, 500, 600_000)),
                Duration.ofMillis(section.integer("upload_lease_ms", 30_000, 500, 600_000)),
                section.integer("crash_limit", 3, 1, 100),
                Duration.ofHours(section.integer("ttl_hours", 168, 1, 24 * 365)),
                Duration.ofSeconds(section.integer("compat_ttl_seconds", 600, 1, 604_800)),
                Duration.ofSeconds(section.integer("compact_after_seconds", 60, 0, 604_800)));
    }
}
