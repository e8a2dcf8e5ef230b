package dev.trawl.artifact;

import dev.trawl.config.JsonReader;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code artifacts} of the configuration.
 *
 * @param folder where the files of jobs are kept; null for a folder in the node's own {@code data}. Nodes that share a
 *     Redis share this folder too.
 * @param evidence how long screenshots, traces and other evidence are kept, at most as long as their job
 */
public record ArtifactConfig(@Nullable Path folder, Duration evidence) {

    /**
     * Reads the section.
     *
     * @param home the folder that a relative path starts from
     */
    public static ArtifactConfig from(JsonReader section, Path home) {
        String folder = section.optionalString("folder");
        return new ArtifactConfig(
                folder == null ? null : home.resolve(folder),
                Duration.ofHours(section.integer("evidence_hours", 72, 1, 24 * 365)));
    }
}
