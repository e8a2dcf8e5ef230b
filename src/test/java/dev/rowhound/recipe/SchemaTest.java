package dev.rowhound.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.recipe.RecipeExamples.Fault;
import io.vertx.core.Vertx;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the schemas in {@code conf} against the program, so that an editor and the program say the same. */
final class SchemaTest {
    private static final Path CONF = Path.of("conf").toAbsolutePath();
    private static final String BASE = "https://rowhound.invalid/";
    private static final JsonSchemaOptions OPTIONS =
            new JsonSchemaOptions().setBaseUri(BASE).setDraft(Draft.DRAFT202012).setOutputFormat(OutputFormat.Basic);

    private static Vertx vertx;
    private static SchemaRepository repository;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        repository = SchemaRepository.create(OPTIONS).preloadMetaSchema(vertx.fileSystem(), Draft.DRAFT202012);
        for (String file : List.of("rowhound.schema.json", "recipe.schema.json")) {
            repository.dereference(BASE + file, JsonSchema.of(json(file)));
        }
    }

    @AfterAll
    static void stop() {
        vertx.close().await();
    }

    private static JsonObject json(String file) {
        try {
            return new JsonObject(Files.readString(CONF.resolve(file)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static OutputUnit validate(String schema, JsonObject document) {
        return repository.validator(BASE + schema).validate(document);
    }

    private static boolean accepts(String schema, JsonObject document) {
        return validate(schema, document).getValid();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rowhound.schema.json", "recipe.schema.json"})
    void schemasAreOnesThemselves(String file) {
        JsonSchema standard = repository.find(Draft.DRAFT202012.getIdentifier());
        JsonObject schema = json(file);

        OutputUnit result = repository.validator(standard).validate(schema);
        assertThat(result.getValid()).as(result.toString()).isTrue();
        assertThat(repository
                        .validator(standard)
                        .validate(schema.copy().put("type", "objekt"))
                        .getValid())
                .as("the standard refuses what is no schema")
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rowhound.schema.json", "recipe.schema.json"})
    void everyKeyIsDescribed(String file) {
        List<String> silent = new ArrayList<>();
        JsonObject schema = json(file);
        undescribed(schema, schema, "", silent);

        assertThat(silent).isEmpty();
    }

    @Test
    void theDefaultsOfTheSchemaAreThoseOfTheShippedFile() {
        Map<String, Object> inFile = new TreeMap<>();
        Map<String, Object> inSchema = new TreeMap<>();
        JsonObject shipped = json("rowhound.json");
        shipped.remove("$schema");
        leaves("", shipped, inFile);
        defaults("", json("rowhound.schema.json"), inSchema);

        assertThat(inSchema).isEqualTo(inFile).isNotEmpty();
    }

    @Test
    void theDefaultsOfTheRecipeSchemaAreThoseOfTheReader() {
        Map<String, Object> inSchema = new TreeMap<>();
        defaults("", json("recipe.schema.json"), inSchema);

        assertThat(inSchema)
                .isEqualTo(new TreeMap<>(Map.ofEntries(
                        Map.entry("kind", "lookup"),
                        Map.entry("version", 1),
                        Map.entry("description", ""),
                        Map.entry("input.normalise", new JsonArray()),
                        Map.entry("input.check_digit.complement", 0),
                        Map.entry("start.variables", new JsonObject()),
                        Map.entry("start.internal", false),
                        Map.entry("steps", new JsonArray()),
                        Map.entry("engine", "browser"),
                        Map.entry("browser", "shell"),
                        Map.entry("robots", "obey"),
                        Map.entry("block.resource_types", new JsonArray()),
                        Map.entry("block.urls", new JsonArray()),
                        Map.entry("session.keep", "job"),
                        Map.entry("session.login.logged_out", new JsonArray()),
                        Map.entry("links.attribute", "href"),
                        Map.entry("links.most", 1),
                        Map.entry("links.required", false),
                        Map.entry("pages.first", 2),
                        Map.entry("pages.most", 10),
                        Map.entry("evidence.trace", "never"),
                        Map.entry("evidence.har", "never"),
                        Map.entry("evidence.screenshot", "on_failure"),
                        Map.entry("extract", new JsonObject()),
                        Map.entry("politeness.pause_after_blocks", 10),
                        Map.entry("retry.attempts", 3),
                        Map.entry("retry.backoff_ms", 500),
                        Map.entry("retry.max_backoff_ms", 5000),
                        Map.entry("timeouts.navigation_ms", 15_000),
                        Map.entry("timeouts.step_ms", 10_000),
                        Map.entry("timeouts.item_ms", 60_000))));
    }

    @Test
    void goodConfigurationsAreAccepted() {
        assertThat(accepts("rowhound.schema.json", json("rowhound.json"))).isTrue();
        assertThat(accepts("rowhound.schema.json", new JsonObject())).isTrue();
        assertThat(accepts(
                        "rowhound.schema.json",
                        new JsonObject("{\"limit\": {\"hosts\": {\"example.org:8443\": {\"burst\": 2}, \"[::1]\": {}}},"
                                + " \"quota\": {\"users\": {\"alice@x\": {\"weight\": 2}}}}")))
                .isTrue();
        assertThat(accepts(
                        "rowhound.schema.json",
                        new JsonObject("{\"redis\": {\"url\": \"rediss://:x@h:1/2\"}, \"roles\": [\"web\"]}")))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/htpp|{}",
                "/http/prot|80",
                "/http/port|\"80\"",
                "/http/port|65536",
                "/http/port|-1",
                "/http/port|1.5",
                "/http/port|null",
                "/http/max_upload_bytes|0",
                "/http|80",
                "/limit/host/burst|0",
                "/limit/hosts/Example.org|{}",
                "/limit/hosts/example.org|{\"rate\":1}",
                "/quota/weight|0",
                "/quota/users/a b|{}",
                "/quota/users/alice|{\"rows\":1}",
                "/roles|[]",
                "/roles|[\"web\",\"web\"]",
                "/roles/0|\"wbe\"",
                "/data|\"\"",
                "/log/level|\"loud\"",
                "/redis/url|\"localhost\"",
                "/redis/embedded/fsync|\"never\"",
                "/queue/lease_ms|0",
                "/worker/slots|65",
                "/crawl/install|\"yes\"",
                "/crawl/secrets/a|{\"value\":\"x\"}",
                "/crawl/secrets/a|{\"for\":[\"h\"]}",
                "/crawl/secrets/a|{\"value\":\"x\",\"env\":\"Y\",\"for\":[\"h\"]}",
                "/crawl/secrets/a b|{\"value\":\"x\",\"for\":[\"h\"]}",
                "/crawl/secrets/a|{\"value\":\"x\",\"for\":[\"https://h/\"]}",
                "/crawl/sandbox|true",
                "/compat/recipe|\"Companies\"",
            })
    void badConfigurationsAreRefused(String pointer, String value) {
        JsonObject config = json("rowhound.json");
        JsonPointer.from(pointer).writeJson(config, Json.decodeValue(value));

        assertThat(accepts("rowhound.schema.json", config)).isFalse();
    }

    @Test
    void goodRecipesAreAccepted() {
        for (JsonObject recipe : List.of(
                RecipeExamples.full(),
                RecipeExamples.minimal(),
                RecipeExamples.withoutBrowser("http"),
                RecipeExamples.withoutBrowser("auto"))) {
            OutputUnit result = validate("recipe.schema.json", recipe);
            assertThat(result.getValid()).as(result.toString()).isTrue();
        }
    }

    static List<Fault> faults() {
        return RecipeExamples.faults();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void recipesThatTheReaderRefusesAreRefused(Fault fault) {
        assertThat(accepts("recipe.schema.json", fault.json())).isEqualTo(!fault.inSchema());
    }

    private static void leaves(String path, JsonObject json, Map<String, Object> leaves) {
        for (Map.Entry<String, Object> entry : json) {
            String key = path + entry.getKey();
            if (entry.getValue() instanceof JsonObject child) {
                leaves(key + ".", child, leaves);
            } else {
                leaves.put(key, entry.getValue());
            }
        }
    }

    /** The default of each key below that has one. */
    private static void defaults(String path, JsonObject schema, Map<String, Object> defaults) {
        for (Map.Entry<String, Object> entry : schema.getJsonObject("properties")) {
            String key = path + entry.getKey();
            JsonObject property = (JsonObject) entry.getValue();
            if (property.containsKey("default")) {
                defaults.put(key, property.getValue("default"));
            } else if (property.containsKey("properties")) {
                defaults(key + ".", property, defaults);
            }
        }
    }

    private static void undescribed(JsonObject root, Object node, String path, List<String> silent) {
        if (node instanceof JsonObject object) {
            for (Map.Entry<String, Object> entry : object) {
                // "if" and "then" narrow keys that are described elsewhere.
                if (entry.getKey().equals("properties") && !path.matches(".*/(then|if)(/.*)?")) {
                    for (Map.Entry<String, Object> property : (JsonObject) entry.getValue()) {
                        if (!isDescribed(root, (JsonObject) property.getValue())) {
                            silent.add(path + "/" + property.getKey());
                        }
                    }
                }
                undescribed(root, entry.getValue(), path + "/" + entry.getKey(), silent);
            }
        }
    }

    private static boolean isDescribed(JsonObject root, JsonObject property) {
        if (property.containsKey("description")) {
            return true;
        }
        String reference = property.getString("$ref", "#");
        return reference.startsWith("#/")
                && isDescribed(root, (JsonObject)
                        JsonPointer.from(reference.substring(1)).queryJson(root));
    }
}
