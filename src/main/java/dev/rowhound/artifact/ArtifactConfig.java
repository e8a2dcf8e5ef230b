package dev.rowhound.artifact;

import dev.rowhound.config.JsonReader;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code artifacts} of the configuration.
 *
 * @param folder where the files of jobs are kept; null for a folder in the node's own {@code data}. Nodes that share a
 *     Redis share this folder too.
 * @param adopt the mark of a folder that this Redis does not know and is to take over at the start, or null
 * @param sweep the time between two looks for files of no use
 * @param deletionDelay how long files of no use are kept before they are deleted
 * @param minFreeBytes what stays free on the folder's disk
 * @param maxBytes what all files together may take; 0 for any number
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

    /**
     * Reads the section.
     *
     * @param home the folder that a relative path starts from
     */
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
