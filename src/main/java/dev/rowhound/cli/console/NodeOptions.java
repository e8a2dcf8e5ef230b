package dev.rowhound.cli.console;

import dev.rowhound.config.ConfigLoader;
import dev.rowhound.config.Problems;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The configuration options of the commands that start a node. */
public final class NodeOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "A JSON file with the keys that differ from the defaults in conf/rowhound.json.")
    private @Nullable Path file;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set a configuration key, such as log.level=debug. Repeatable. Overrides the"
                    + " environment, which overrides the file.")
    private Map<String, String> settings = new LinkedHashMap<>();

    /**
     * Loads the configuration from defaults, file, environment and flags, in ascending precedence.
     *
     * @param flags settings from other options; {@code --set} has precedence
     * @throws dev.rowhound.config.InvalidConfigException if the configuration is not valid
     */
    public JsonObject load(Map<String, String> flags) {
        Map<String, String> all = new LinkedHashMap<>(flags);
        all.putAll(settings);
        Problems problems = new Problems("the configuration");
        JsonObject config = ConfigLoader.load(home(), file, System.getenv(), all, problems);
        problems.throwIfAny();
        return config;
    }

    /** Returns the folder that holds {@code conf} and is the base of relative paths. */
    public static Path home() {
        String home = System.getProperty("rowhound.home");
        if (home == null) {
            home = System.getenv("ROWHOUND_HOME");
        }
        return Path.of(home == null ? "" : home).toAbsolutePath().normalize();
    }

    /** Returns the folder for data and logs. */
    static Path data(JsonObject config) {
        return home().resolve(config.getString("data"));
    }
}
