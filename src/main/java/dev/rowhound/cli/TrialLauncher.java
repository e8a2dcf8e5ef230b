package dev.rowhound.cli;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Makes what looks single keys up, without a node. */
@FunctionalInterface
public interface TrialLauncher {
    /**
     * Finds what it takes, and installs what is missing.
     *
     * @param config the whole configuration, layers merged
     * @param home the folder that relative paths of the configuration start from
     * @param progress told one line for each thing that takes a while
     * @throws Exception if something cannot be had; the message is a sentence for a person
     */
    TrialRunner launch(JsonObject config, Path home, Consumer<String> progress) throws Exception;
}
