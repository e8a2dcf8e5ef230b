package dev.rowhound.cli;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Says where this process logs. {@code logback.xml} reads the system properties that are set here when the first logger
 * is made, so this comes before anything that has one.
 */
final class LogTarget {
    private static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace", "off");

    private LogTarget() {}

    /** To standard error. */
    static void console(JsonObject config) {
        level(config);
        LateVertxLog.targetIsKnown();
    }

    /**
     * To that file, which is kept small by rolling, so that the terminal stays free for the bar.
     *
     * @return the file
     */
    static Path file(JsonObject config, String name) {
        level(config);
        Path folder = logs(NodeOptions.data(config));
        Path file = folder.resolve(name);
        System.setProperty("rowhound.log.file", file.toString());
        LateVertxLog.targetIsKnown();
        return file;
    }

    /** The folder for logs below that of data, made if it is missing. */
    static Path logs(Path data) {
        Path folder = data.resolve("logs");
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new CommandFailure(
                    "the folder " + folder + " for logs cannot be made: " + CommandFailure.sentence(e));
        }
    }

    private static void level(JsonObject config) {
        String level = config.getJsonObject("log").getString("level");
        if (!LEVELS.contains(level)) {
            throw new CommandFailure(
                    "log.level is \"" + level + "\"; give one of " + String.join(", ", LEVELS),
                    RowhoundCommand.WRONG_USAGE);
        }
        System.setProperty("rowhound.log.level", level);
    }
}
