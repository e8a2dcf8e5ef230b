package dev.rowhound.cli.console;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.joran.spi.JoranException;
import dev.rowhound.config.LogLevel;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ExitCode;

/**
 * Sets the log target of this process. Reading the JSON configuration creates the first logger, so Logback is restarted
 * afterwards with the system properties that {@code logback.xml} reads.
 */
public final class LogTarget {
    private LogTarget() {}

    /** Logs to standard error. */
    public static void console(JsonObject config) {
        System.setProperty("rowhound.log.level", level(config));
        restart();
    }

    /**
     * Logs to a rolling file in the data folder, so that the terminal stays free for the progress bar.
     *
     * @return the file
     */
    public static Path file(JsonObject config, String name) {
        String level = level(config);
        Path file = logs(NodeOptions.data(config)).resolve(name);
        System.setProperty("rowhound.log.level", level);
        System.setProperty("rowhound.log.file", file.toString());
        restart();
        return file;
    }

    private static void restart() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        try {
            new ContextInitializer(context).autoConfig();
        } catch (JoranException e) {
            throw new IllegalStateException("logback.xml cannot be read", e);
        }
    }

    /** Returns the folder for logs below the data folder, and creates it if necessary. */
    static Path logs(Path data) {
        Path folder = data.resolve("logs");
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new CommandFailure(
                    "the folder " + folder + " for logs cannot be created: " + CommandFailure.sentence(e));
        }
    }

    private static String level(JsonObject config) {
        String given = config.getJsonObject("log").getString("level");
        LogLevel level = LogLevel.of(given);
        if (level == null) {
            throw new CommandFailure("log.level is \"" + given + "\"; use one of " + LogLevel.names(), ExitCode.USAGE);
        }
        return level.name();
    }
}
