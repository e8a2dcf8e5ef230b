package dev.rowhound.cli;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/** Finds what a node needs beside its jar, and installs what is missing. */
@FunctionalInterface
public interface Installer {
    /**
     * Returns when everything is there.
     *
     * @param config the whole configuration, layers merged
     * @param home the folder that relative paths of the configuration start from
     * @param progress told one line for each thing that takes a while
     * @return where each thing is, by a name for a person such as {@code Chromium}, in the order to show
     * @throws Exception if something cannot be had; the message is a sentence for a person
     */
    Map<String, Path> install(JsonObject config, Path home, Consumer<String> progress) throws Exception;
}
