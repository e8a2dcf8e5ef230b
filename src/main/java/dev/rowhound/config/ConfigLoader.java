package dev.rowhound.config;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Merges a node's configuration, key by key: the shipped defaults, a file, the environment, and flags. Later sources
 * override earlier ones.
 *
 * <p>The key {@code http.port} is {@code ROWHOUND_HTTP_PORT} in the environment. {@code HOST}, {@code PORT},
 * {@code REDIS_URL}, {@code LOG_LEVEL} and {@code SECRET_KEY} are read too, because hosting platforms set them, and
 * {@code REDIS_HOST} if {@code REDIS_URL} is missing; the prefixed name wins. The suffix {@code _FILE} names a file
 * that holds the value, for secrets. An empty variable counts as missing.
 */
public final class ConfigLoader {
    private static final String PREFIX = "ROWHOUND_";
    private static final String FILE = "_FILE";
    private static final String REDIS_URL = "redis.url";
    private static final String LOG_LEVEL = "log.level";

    private static final Map<String, String> PLATFORM_NAMES = Map.of(
            "HOST", "http.host",
            "PORT", "http.port",
            "REDIS_URL", REDIS_URL,
            "LOG_LEVEL", LOG_LEVEL,
            "SECRET_KEY", "http.secret_key");

    /** Variables that the launcher script reads. */
    private static final Set<String> LAUNCHER_NAMES = Set.of("ROWHOUND_HOME", "ROWHOUND_JAVA_OPTS");

    /**
     * Kubernetes sets such variables in every container for each service of the namespace: {@code ROWHOUND_…} for a
     * service called {@code rowhound}. They are not configuration.
     */
    private static final Pattern SERVICE_NAME =
            Pattern.compile(".*_SERVICE_(HOST|PORT)(_.+)?|.*_PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?");

    private static final Pattern SERVICE_PORT = Pattern.compile("(tcp|udp|sctp)://.*");

    private final Problems problems;
    private final JsonObject merged;

    /** Maps the path of each key to its default. */
    private final Map<String, @Nullable Object> defaults = new LinkedHashMap<>();

    private ConfigLoader(JsonObject shipped, Problems problems) {
        this.problems = problems;
        this.merged = shipped.copy();
        collect("", shipped);
    }

    /**
     * Loads and merges all sources. Reports as problems: a file that is missing or malformed, an unknown variable or
     * flag, and a value of the wrong type. Unknown keys of the file stay in the result; the features' readers report
     * them in {@link JsonReader#end()}.
     *
     * @param home the installation folder; its {@code conf/rowhound.json} holds every key with its default
     * @param file the user's configuration file, or null
     * @param environment the process's environment
     * @param flags values by key path, such as {@code http.port}
     * @return every key; null in a file selects the default
     */
    public static JsonObject load(
            Path home,
            @Nullable Path file,
            Map<String, String> environment,
            Map<String, String> flags,
            Problems problems) {
        Path shippedFile = home.resolve("conf").resolve("rowhound.json");
        JsonObject shipped = JsonFile.read(shippedFile, shippedFile.toString(), problems);
        if (shipped == null) {
            return new JsonObject();
        }
        ConfigLoader loader = new ConfigLoader(shipped, problems);
        for (String path : new TreeSet<>(PLATFORM_NAMES.values())) {
            if (!loader.defaults.containsKey(path)) {
                problems.add(shippedFile.toString(), "lacks " + path + "; it must hold every key with its default");
                return loader.merged;
            }
        }
        if (file != null) {
            loader.file(file);
        }
        loader.environment(environment);
        loader.flags(flags);
        return loader.merged;
    }

    private void collect(String path, JsonObject object) {
        for (Map.Entry<String, Object> entry : object) {
            String key = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
            if (entry.getValue() instanceof JsonObject child) {
                collect(key, child);
            } else if (!key.startsWith("$")) {
                defaults.put(key, entry.getValue());
            }
        }
    }

    private void file(Path file) {
        JsonObject layer = JsonFile.read(file, file.toString(), problems);
        if (layer != null) {
            merge(layer, merged, file + ": ");
        }
    }

    private void merge(JsonObject layer, JsonObject onto, String path) {
        for (Map.Entry<String, Object> entry : layer) {
            String key = entry.getKey();
            Object value = entry.getValue();
            if (onto.getValue(key) instanceof JsonObject object) {
                if (value instanceof JsonObject child) {
                    merge(child, object, path + key + ".");
                } else if (value != null) {
                    problems.add(path + key, "is " + Json.encode(value) + "; use an object");
                }
            } else if (value != null || !onto.containsKey(key)) {
                onto.put(key, value);
            }
        }
    }

    private void environment(Map<String, String> environment) {
        String redisHost = environment.getOrDefault("REDIS_HOST", "").strip();
        if (!redisHost.isEmpty()) {
            // Set first so that REDIS_URL overrides it.
            put(REDIS_URL, "redis://" + redisHost + ":6379");
        }
        new TreeMap<>(PLATFORM_NAMES).forEach((name, path) -> variable(environment, name, path));

        Map<String, String> names = new LinkedHashMap<>();
        defaults.keySet().forEach(path -> names.put(variableName(path), path));
        names.forEach((name, path) -> variable(environment, name, path));

        for (String name : new TreeSet<>(environment.keySet())) {
            String key = name.endsWith(FILE) ? name.substring(0, name.length() - FILE.length()) : name;
            if (name.startsWith(PREFIX)
                    && !names.containsKey(name)
                    && !names.containsKey(key)
                    && !LAUNCHER_NAMES.contains(name)
                    && !isOfService(name, environment)) {
                String otherwise =
                        "; http.port, for example, is ROWHOUND_HTTP_PORT, and conf/rowhound.json holds every key";
                problems.add(name, "is not a configuration key" + NearestName.question(key, names.keySet(), otherwise));
            }
        }
    }

    private void variable(Map<String, String> environment, String name, String path) {
        if (isOfService(name, environment)) {
            return;
        }
        String fileName = name + FILE;
        if (isGiven(environment, name)) {
            if (isGiven(environment, fileName)) {
                problems.add(fileName, "is set together with " + name + "; set only one of them");
            }
            String value = environment.getOrDefault(name, "");
            if (!put(path, value)) {
                problems.add(name, "is \"" + value + "\"; " + path + " takes " + expected(path));
            }
        } else if (isGiven(environment, fileName)) {
            secret(Path.of(environment.getOrDefault(fileName, "")), fileName, path);
        }
    }

    /** Reads a value from a file; messages do not show it. */
    private void secret(Path file, String name, String path) {
        try {
            String value = JsonFile.text(file).strip();
            if (value.isEmpty()) {
                problems.add(name, "names " + file + ", which is empty");
            } else if (!put(path, value)) {
                problems.add(name, "names " + file + ", whose content is not " + expected(path));
            }
        } catch (IOException e) {
            problems.add(name, "names " + file + ", which " + JsonFile.reason(file, e));
        }
    }

    private void flags(Map<String, String> flags) {
        flags.forEach((path, value) -> {
            if (!defaults.containsKey(path)) {
                List<String> below = defaults.keySet().stream()
                        .filter(key -> key.startsWith(path + "."))
                        .toList();
                problems.add(
                        path,
                        below.isEmpty()
                                ? "is not a configuration key"
                                        + NearestName.question(
                                                path, defaults.keySet(), "; conf/rowhound.json holds every key")
                                : "has several keys; set one of " + String.join(", ", below));
            } else if (!put(path, value)) {
                problems.add(path, "is \"" + value + "\"; use " + expected(path));
            }
        });
    }

    /** Sets a key from text; returns false if the text does not have the type of the key's default. */
    private boolean put(String path, String text) {
        Object defaultValue = defaults.get(path);
        Object value;
        if (defaultValue == null) {
            value = text.isBlank() || text.equals("null") ? null : text;
        } else {
            value = defaultValue instanceof String ? string(path, text) : parsed(defaultValue, text.strip());
            if (value == null) {
                return false;
            }
        }
        JsonObject object = merged;
        String[] keys = path.split("\\.");
        for (String key : Arrays.copyOf(keys, keys.length - 1)) {
            object = object.getJsonObject(key);
        }
        object.put(keys[keys.length - 1], value);
        return true;
    }

    private static @Nullable String string(String path, String text) {
        if (text.isBlank()) {
            return null;
        }
        // LOG_LEVEL may hold a level name of another logging framework.
        LogLevel level = path.equals(LOG_LEVEL) ? LogLevel.of(text) : null;
        return level == null ? text : level.wire();
    }

    private static @Nullable Object parsed(Object defaultValue, String text) {
        if (defaultValue instanceof JsonArray) {
            return new JsonArray(Arrays.stream(text.split(","))
                    .map(String::strip)
                    .filter(part -> !part.isEmpty())
                    .toList());
        }
        try {
            Object value = Json.decodeValue(text);
            boolean fits = defaultValue instanceof Number ? value instanceof Number : value instanceof Boolean;
            return fits ? value : null;
        } catch (DecodeException e) {
            return null;
        }
    }

    private String expected(String path) {
        Object defaultValue = defaults.get(path);
        if (defaultValue instanceof Number) {
            return "a number";
        }
        return defaultValue instanceof Boolean ? "true or false" : "a non-empty string";
    }

    private static String variableName(String path) {
        return PREFIX + path.replace('.', '_').toUpperCase(Locale.ROOT);
    }

    private static boolean isGiven(Map<String, String> environment, String name) {
        return !environment.getOrDefault(name, "").isBlank();
    }

    private static boolean isOfService(String name, Map<String, String> environment) {
        return SERVICE_NAME.matcher(name).matches()
                || name.endsWith("_PORT")
                        && SERVICE_PORT
                                .matcher(environment.getOrDefault(name, ""))
                                .matches();
    }
}
