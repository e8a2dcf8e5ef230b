package dev.rowhound.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigLoaderTest {
    private static final Path HOME = Path.of("").toAbsolutePath();

    private final Problems problems = new Problems("The configuration");

    private JsonObject load(@Nullable Path file, Map<String, String> environment, Map<String, String> flags) {
        return ConfigLoader.load(HOME, file, environment, flags, problems);
    }

    private List<String> told() {
        return problems.list().stream().map(Problems.Problem::toString).toList();
    }

    private static @Nullable Object at(JsonObject json, String path) {
        return JsonPointer.from("/" + path.replace('.', '/')).queryJson(json);
    }

    private static Path write(Path folder, String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void everyDefaultIsPinned() {
        JsonObject config = load(null, Map.of(), Map.of());

        assertThat(told()).isEmpty();
        assertThat(config).isEqualTo(new JsonObject("""
                        {"$schema": "rowhound.schema.json",
                         "roles": ["web", "worker"], "data": "data", "recipes": "conf/recipes",
                         "log": {"level": "info"},
                         "http": {"host": "127.0.0.1", "port": 8102, "hosts": [], "origins": [],
                          "trusted_proxies": [], "client_address": "x_forwarded_for", "user_header": null,
                          "max_upload_bytes": 104857600, "max_uploads": 32, "max_uploads_per_client": 16,
                          "upload_grace_seconds": 30, "upload_min_bytes_per_second": 1024,
                          "heartbeat_ms": 15000, "stream_seconds": 300, "stall_seconds": 60, "max_streams": 20000,
                          "secret_key": null, "recipe_editors": []},
                         "management": {"host": "127.0.0.1", "port": 8103},
                         "probe": {"per_minute": 120, "at_once": 64},
                         "redis": {"url": null, "timeout_ms": 5000, "upload_memory_percent": 80,
                          "embedded": {"port": 6390, "binary": null, "fsync": "everysec", "max_memory_mb": 0}},
                         "cluster": {"enabled": false, "name": "rowhound", "host": "127.0.0.1", "port": 5701, "members": [],
                          "event_bus_port": 0, "heartbeat_seconds": 5},
                         "artifacts": {"folder": null, "adopt": null, "sweep_seconds": 600, "deletion_delay_hours": 72,
                          "min_free_mb": 512, "max_mb": 102400,
                          "evidence_hours": 72},
                         "queue": {"lease_ms": 15000, "upload_lease_ms": 30000, "crash_limit": 3, "ttl_hours": 168,
                          "compat_ttl_seconds": 600, "compact_after_seconds": 60},
                         "limit": {"host": {"rate_per_minute": 600, "burst": 10, "concurrency": 8}, "hosts": {}},
                         "quota": {"running": 0, "open_jobs": 10000, "rows_per_day": 0, "schedules": 1000, "weight": 1,
                          "users": {}},
                         "worker": {"slots": 2, "waiting": 4, "stop_ms": 20000},
                         "crawl": {"chromium": null, "node": null, "sandbox": "auto", "install": true,
                          "items_per_browser": 300, "browser_memory_mb": 1536, "page_memory_mb": 1024,
                          "keep_cache": false, "allow": [], "max_response_bytes": 52428800, "proxies": {},
                          "secrets": {}, "robots_agent": "rowhound"},
                         "compat": {"recipe": "companies"}}"""));
    }

    @Test
    void everyKeyHasAVariableOfItsOwn() {
        List<String> names = new ArrayList<>();
        for (String path : leaves("", load(null, Map.of(), Map.of())).keySet()) {
            String name = "ROWHOUND_" + path.replace('.', '_').toUpperCase(Locale.ROOT);
            names.add(name);
            names.add(name + "_FILE");
        }

        assertThat(names).doesNotHaveDuplicates().doesNotContain("ROWHOUND_HOME", "ROWHOUND_JAVA_OPTS");
    }

    @Test
    void laterLayersLieOverEarlierOnesKeyByKey(@TempDir Path folder) throws IOException {
        Path file = write(
                folder,
                "mine.json",
                "\uFEFF{\"http\": {\"port\": 1, \"max_uploads\": 2, \"host\": null}, \"roles\": [\"web\"], \"worker\": null,"
                        + " \"data\": \"/file\", \"redis\": {\"embedded\": {\"port\": 3}}, \"own\": {\"key\": null}}");

        JsonObject config = load(
                file,
                Map.of("PORT", "4", "ROWHOUND_DATA", "/environment", "ROWHOUND_HTTP_HEARTBEAT_MS", "5000"),
                Map.of("http.heartbeat_ms", "6000"));

        assertThat(told()).isEmpty();
        Map<String, @Nullable Object> differing = leaves("", config);
        leaves("", load(null, Map.of(), Map.of())).forEach(differing::remove);
        differing.remove("own.key");
        assertThat(differing)
                .isEqualTo(Map.of(
                        "http.port", 4,
                        "http.max_uploads", 2,
                        "http.heartbeat_ms", 6000,
                        "roles", new JsonArray().add("web"),
                        "data", "/environment",
                        "redis.embedded.port", 3));
        // What nobody knows stays for the readers, who tell it with a suggestion.
        assertThat(config.getJsonObject("own")).isEqualTo(new JsonObject().putNull("key"));
        assertThat(config.getJsonObject("worker"))
                .isEqualTo(new JsonObject("{\"slots\": 2, \"waiting\": 4, \"stop_ms\": 20000}"));
    }

    @ParameterizedTest
    @CsvSource({
        "HOST, 0.0.0.0, http.host, \"0.0.0.0\"",
        "PORT, 80, http.port, 80",
        "REDIS_URL, redis://r:1, redis.url, \"redis://r:1\"",
        "REDIS_HOST, r, redis.url, \"redis://r:6379\"",
        "LOG_LEVEL, DEBUG, log.level, \"debug\"",
        "LOG_LEVEL, WARNING, log.level, \"warn\"",
        "LOG_LEVEL, Critical, log.level, \"error\"",
        "LOG_LEVEL, Loud, log.level, \"Loud\"",
        "SECRET_KEY, of the deployment, http.secret_key, \"of the deployment\"",
        "ROWHOUND_HTTP_PORT, 81, http.port, 81",
        "ROWHOUND_REDIS_URL, redis://r:2, redis.url, \"redis://r:2\"",
        "ROWHOUND_REDIS_EMBEDDED_PORT, 82, redis.embedded.port, 82",
        "ROWHOUND_HTTP_MAX_UPLOAD_BYTES, 5000000000, http.max_upload_bytes, 5000000000",
        "ROWHOUND_CRAWL_INSTALL, false, crawl.install, false",
        "ROWHOUND_CRAWL_CHROMIUM, /usr/bin/chromium, crawl.chromium, \"/usr/bin/chromium\"",
        "ROWHOUND_ROLES, 'web, worker,', roles, '[\"web\",\"worker\"]'",
    })
    void variablesAreHeeded(String name, String value, String path, String expected) {
        JsonObject config = load(null, Map.of(name, value, "UNRELATED", "x"), Map.of());

        assertThat(told()).isEmpty();
        // Encoded, a number differs from a text of the same letters.
        assertThat(Json.encode(at(config, path))).isEqualTo(expected);
    }

    @Test
    void theLongerNameGoesBeforeTheShorter() {
        JsonObject config = load(
                null,
                Map.of(
                        "PORT", "1",
                        "ROWHOUND_HTTP_PORT", "2",
                        "REDIS_HOST", "host",
                        "REDIS_URL", "redis://url:1"),
                Map.of());

        assertThat(told()).isEmpty();
        assertThat(at(config, "http.port")).isEqualTo(2);
        assertThat(at(config, "redis.url")).isEqualTo("redis://url:1");
    }

    @Test
    void anEmptyVariableCountsAsNotGiven() {
        JsonObject config = load(
                null,
                Map.of(
                        "PORT",
                        "",
                        "REDIS_URL",
                        " ",
                        "REDIS_HOST",
                        "r",
                        "ROWHOUND_DATA",
                        "",
                        "ROWHOUND_REDIS_URL_FILE",
                        ""),
                Map.of());

        assertThat(told()).isEmpty();
        assertThat(at(config, "http.port")).isEqualTo(8102);
        assertThat(at(config, "data")).isEqualTo("data");
        assertThat(at(config, "redis.url")).isEqualTo("redis://r:6379");
    }

    @ParameterizedTest
    @ValueSource(strings = {"REDIS_URL_FILE", "ROWHOUND_REDIS_URL_FILE"})
    void aSecretComesFromAFile(String name, @TempDir Path folder) throws IOException {
        Path file = write(folder, "secret", "redis://:hush@r:1\n");

        JsonObject config = load(null, Map.of(name, file.toString(), "REDIS_HOST", "ignored"), Map.of());

        assertThat(told()).isEmpty();
        assertThat(at(config, "redis.url")).isEqualTo("redis://:hush@r:1");
    }

    @Test
    void faultsOfSecretFilesDoNotShowTheirContent(@TempDir Path folder) throws IOException {
        Path empty = write(folder, "empty", " \n");
        Path words = write(folder, "words", "hush");
        Path bytes = Files.write(folder.resolve("bytes"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        Path missing = folder.resolve("missing");

        load(
                null,
                new LinkedHashMap<>(Map.of(
                        "ROWHOUND_REDIS_URL_FILE", missing.toString(),
                        "ROWHOUND_HTTP_PORT_FILE", words.toString(),
                        "ROWHOUND_DATA_FILE", empty.toString(),
                        "ROWHOUND_RECIPES_FILE", folder.toString(),
                        "ROWHOUND_HTTP_HOST_FILE", bytes.toString(),
                        "ROWHOUND_WORKER_SLOTS_FILE", words.toString(),
                        "ROWHOUND_WORKER_SLOTS", "3")),
                Map.of());

        assertThat(told())
                .containsExactlyInAnyOrder(
                        "ROWHOUND_REDIS_URL_FILE: names " + missing + ", which does not exist",
                        "ROWHOUND_HTTP_PORT_FILE: names " + words + ", whose content is not a number",
                        "ROWHOUND_DATA_FILE: names " + empty + ", which is empty",
                        "ROWHOUND_RECIPES_FILE: names " + folder + ", which is a folder; use a file",
                        "ROWHOUND_HTTP_HOST_FILE: names " + bytes + ", which is not text in UTF-8",
                        "ROWHOUND_WORKER_SLOTS_FILE: is set together with ROWHOUND_WORKER_SLOTS; set only one of them");
    }

    @Test
    void valuesOfTheWrongTypeNameTheVariableOrTheFlag() {
        JsonObject config = load(
                null,
                Map.of("PORT", "http", "ROWHOUND_CRAWL_INSTALL", "yes", "ROWHOUND_WORKER_SLOTS", "[1]"),
                Map.of("http.max_uploads", "many", "data", ""));

        assertThat(told())
                .containsExactlyInAnyOrder(
                        "PORT: is \"http\"; http.port takes a number",
                        "ROWHOUND_CRAWL_INSTALL: is \"yes\"; crawl.install takes true or false",
                        "ROWHOUND_WORKER_SLOTS: is \"[1]\"; worker.slots takes a number",
                        "http.max_uploads: is \"many\"; use a number",
                        "data: is \"\"; use a non-empty string");
        assertThat(config).isEqualTo(load(null, Map.of(), Map.of()));
    }

    @Test
    void unknownNamesAreToldWithASuggestion() {
        load(
                null,
                Map.of(
                        "ROWHOUND_HTTP_PROT", "1",
                        "ROWHOUND_REDIS_ULR_FILE", "x",
                        "ROWHOUND_HEADLESS_BROWSER_PLEASE", "1",
                        "ROWHOUND_HOME", "/opt/rowhound",
                        "ROWHOUND_JAVA_OPTS", "-Xmx1g"),
                new LinkedHashMap<>(Map.of("http.prot", "1", "redis", "x")));

        assertThat(told())
                .containsExactlyInAnyOrder(
                        "ROWHOUND_HTTP_PROT: is not a configuration key; did you mean \"ROWHOUND_HTTP_PORT\"?",
                        "ROWHOUND_REDIS_ULR_FILE: is not a configuration key; did you mean \"ROWHOUND_REDIS_URL\"?",
                        "ROWHOUND_HEADLESS_BROWSER_PLEASE: is not a configuration key; http.port, for example, is"
                                + " ROWHOUND_HTTP_PORT, and conf/rowhound.json holds every key",
                        "http.prot: is not a configuration key; did you mean \"http.port\"?",
                        "redis: has several keys; set one of redis.url, redis.timeout_ms, redis.upload_memory_percent, redis.embedded.port,"
                                + " redis.embedded.binary, redis.embedded.fsync,"
                                + " redis.embedded.max_memory_mb");
    }

    @Test
    void variablesThatAPlatformGivesForAServiceArePassedOver() {
        JsonObject config = load(
                null,
                Map.of(
                        "ROWHOUND_SERVICE_HOST", "10.0.0.1",
                        "ROWHOUND_SERVICE_PORT", "8102",
                        "ROWHOUND_SERVICE_PORT_HTTP", "8102",
                        "ROWHOUND_PORT", "tcp://10.0.0.1:8102",
                        "ROWHOUND_HTTP_PORT", "tcp://10.0.0.1:8102",
                        "ROWHOUND_PORT_8102_TCP", "tcp://10.0.0.1:8102",
                        "ROWHOUND_PORT_8102_TCP_ADDR", "10.0.0.1"),
                Map.of());

        assertThat(told()).isEmpty();
        assertThat(at(config, "http.port")).isEqualTo(8102);
    }

    @Test
    void flagsAreTurnedIntoTheTypeOfTheDefault() {
        JsonObject config = load(
                null,
                Map.of("ROWHOUND_REDIS_URL", "redis://r:1", "ROWHOUND_CRAWL_NODE", "/bin/node"),
                Map.of(
                        "roles", "worker",
                        "http.port", "0",
                        "crawl.install", "false",
                        "data", "007",
                        "redis.url", "null",
                        "crawl.node", ""));

        assertThat(told()).isEmpty();
        assertThat(at(config, "roles")).isEqualTo(new JsonArray().add("worker"));
        assertThat(at(config, "http.port")).isEqualTo(0);
        assertThat(at(config, "crawl.install")).isEqualTo(false);
        assertThat(at(config, "data")).isEqualTo("007");
        assertThat(at(config, "redis.url")).isNull();
        assertThat(at(config, "crawl.node")).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\\n  \"http\": {\\n    \"port\": 80,\\n  }\\n}"
                        + "|is not JSON: line 4, column 3: Unexpected character ('}'): was expecting double-quote to"
                        + " start field name",
                "{\"a\": 1"
                        + "|is not JSON: line 1, column 8: Unexpected end-of-input: expected close marker for Object",
                "{}\\n}|is not JSON: line 2, column 1: Unexpected close marker '}': expected ']'",
                "{} {}|is not JSON: Unexpected trailing token",
                "[1]|holds no JSON object; it must begin with { and end with }",
                "null|holds no JSON object; it must begin with { and end with }",
                "' '|is empty; it must hold a JSON object",
                "{\"http\": 80}|http: is 80; use an object",
            })
    void aBrokenFileIsToldWithItsPosition(String text, String message, @TempDir Path folder) throws IOException {
        Path file = write(folder, "mine.json", text.replace("\\n", "\n"));

        JsonObject config = load(file, Map.of("PORT", "x"), Map.of());

        assertThat(told()).containsExactly(file + ": " + message, "PORT: is \"x\"; http.port takes a number");
        assertThat(at(config, "http.host")).isEqualTo("127.0.0.1");
    }

    @Test
    void aMissingOrUnreadableFileIsASentence(@TempDir Path folder) throws IOException {
        Path missing = folder.resolve("missing.json");
        Path utf16 = Files.write(folder.resolve("utf16.json"), "{}".getBytes(StandardCharsets.UTF_16));
        for (Path file : List.of(missing, folder, utf16)) {
            load(file, Map.of(), Map.of());
        }

        assertThat(told())
                .containsExactly(
                        missing + ": does not exist",
                        folder + ": is a folder; use a file",
                        utf16 + ": is not text in UTF-8");
    }

    @Test
    void withoutTheShippedFileNothingElseIsTold(@TempDir Path home) throws IOException {
        Path shipped = home.resolve("conf").resolve("rowhound.json");
        ConfigLoader.load(home, null, Map.of("PORT", "1"), Map.of("x", "y"), problems);
        Files.createDirectory(home.resolve("conf"));
        write(home.resolve("conf"), "rowhound.json", "{\"http\": {\"host\": \"h\"}}");
        ConfigLoader.load(home, null, Map.of("PORT", "1"), Map.of("x", "y"), problems);

        assertThat(told())
                .containsExactly(
                        shipped + ": does not exist",
                        shipped + ": lacks http.port; it must hold every key with its default");
    }

    private static Map<String, @Nullable Object> leaves(String path, JsonObject json) {
        Map<String, @Nullable Object> leaves = new LinkedHashMap<>();
        for (Map.Entry<String, Object> entry : json) {
            if (entry.getValue() instanceof JsonObject child) {
                leaves.putAll(leaves(path + entry.getKey() + ".", child));
            } else {
                leaves.put(path + entry.getKey(), entry.getValue());
            }
        }
        return leaves;
    }
}
