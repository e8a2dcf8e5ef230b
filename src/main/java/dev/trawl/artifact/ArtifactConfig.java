package dev.trawl.artifact;

import dev.trawl.config.JsonReader;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code artifacts} of the configuration.
 *
 * @param folder where the files of jobs are kept; null for a folder in the node's own {@code data}. Nodes that share a
 *     Redis share this folder too.
 */
public record ArtifactConfig(@Nullable Path folder) {

    /**
     * Reads the section.
     *
     * @param home the folder that a relative path starts from
     */
    public static ArtifactConfig from(JsonReader section, Path home) {
        String folder = section.optionalString("folder");
        return new ArtifactConfig(folder == null ? null : home.resolve(folder));
    }
}
