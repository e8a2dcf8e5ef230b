package dev.rowhound.artifact;

import dev.rowhound.config.JsonReader;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The configuration section {@code artifacts}.
 *
 * @param folder the folder for artifacts; null selects a folder in the node's {@code data}. Nodes that share a Redis
 *     must share this folder.
 * @param adopt the mark of a folder, unknown to this Redis, that the node adopts at start, or null
 * @param sweep the interval between searches for unused files
 * @param deletionDelay how long unused files are kept before deletion
 * @param minFreeBytes the space that must stay free on the folder's disk
 * @param maxBytes the maximum total size of all files; 0 for unlimited
 * @param evidence how long screenshots, traces and other evidence are kept, at most as long as their job
 */
public record ArtifactConfig(
        @Nullable Path folder,
        @Nullable String adopt,
        Duration sweep,
        Duration deletionDelay,
        long minFreeBytes,
        long maxBytes,
        Duration evidence) {
    private static final int MAX_MB = 1 << 30;

    /** @param home the base of a relative path */
    public static ArtifactConfig from(JsonReader section, Path home) {
        String folder = section.optionalString("folder");
        return new ArtifactConfig(
                folder == null ? null : home.resolve(folder),
                section.optionalString("adopt"),
                Duration.ofSeconds(section.integer("sweep_seconds", 600, 1, 86_400)),
                Duration.ofHours(section.integer("deletion_delay_hours", 72, 0, 24 * 365)),
                (long) section.integer("min_free_mb", 512, 0, MAX_MB) << 20,
                (long) section.integer("max_mb", 102_400, 0, MAX_MB) << 20,
                Duration.ofHours(section.integer("evidence_hours", 72, 1, 24 * 365)));
    }
}
