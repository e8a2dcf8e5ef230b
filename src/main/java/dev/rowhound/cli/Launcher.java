package dev.rowhound.cli;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;

/** Starts a node inside this process. */
@FunctionalInterface
public interface Launcher {
    /**
     * Starts a node and returns when it serves. What a failed start has begun is ended before this throws.
     *
     * @param config the whole configuration, layers merged
     * @param home the folder that relative paths of the configuration start from
     * @throws Exception if the node cannot start; the message is a sentence for a person
     */
    RunningNode launch(JsonObject config, Path home) throws Exception;
}
