package dev.rowhound.job.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the catalogue, the scripts, the schema, the document and the clients say of events is the same. */
class EventCatalogueTest {
    private static final Path SCRIPTS = Path.of("src/main/resources/dev/rowhound");
    private static final Pattern TYPE = Pattern.compile("['\"]((?:job|item|rows)\\.[a-z_]+)['\"]");
    private static final Set<String> OF_ALL = Set.of("type", "counters");

    @Test
    void scriptsWriteTheTypesOfTheCatalogue() throws IOException {
        assertThat(typesIn(SCRIPTS, ".lua")).isEqualTo(wires());
    }

    @Test
    void onlyTheCatalogueSpellsThem() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            List<Path> spelling = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("EventType.java"))
                    .filter(file ->
                            TYPE.matcher(text(file)).results().anyMatch(found -> wires().contains(found.group(1))))
                    .toList();
            assertThat(spelling).isEmpty();
        }
    }

    @Test
    void schemaDescribesEachWithItsFields() {
        JsonObject schema = new JsonObject(text(Path.of("src/main/resources/event.schema.json")));
        Map<String, Set<String>> described = new HashMap<>();
        JsonArray types = schema.getJsonArray("oneOf");
        for (int i = 0; i < types.size(); i++) {
            String name = types.getJsonObject(i).getString("$ref").substring("#/$defs/".length());
            JsonObject type = schema.getJsonObject("$defs").getJsonObject(name);
            JsonArray required = type.getJsonArray("required", new JsonArray());
            JsonObject properties = type.getJsonObject("properties");
            Set<String> fields = properties.fieldNames().stream()
                    .filter(field -> !OF_ALL.contains(field))
                    .map(field -> required.contains(field) ? field : field + "?")
                    .collect(Collectors.toCollection(TreeSet::new));
            described.put(properties.getJsonObject("type").getString("const"), fields);
        }
        assertThat(described).isEqualTo(fieldsByType());
    }

    @Test
    void documentListsEachWithItsFields() {
        Map<String, Set<String>> listed = new HashMap<>();
        Matcher rows = Pattern.compile("(?m)^\\| `((?:job|item|rows)\\.[a-z_]+)` \\|([^|]*)\\|")
                .matcher(text(Path.of("docs/wire.md")));
        while (rows.find()) {
            // Fields of a field stand in braces behind it.
            String fields = rows.group(2).replaceAll("\\{[^}]*}", "");
            Set<String> names = new TreeSet<>();
            Matcher name = Pattern.compile("`(\\w+)`(\\??)").matcher(fields);
            while (name.find()) {
                names.add(name.group(1) + name.group(2));
            }
            listed.put(rows.group(1), names);
        }
        assertThat(listed).isEqualTo(fieldsByType());
    }

    @Test
    void clientListensToEach() throws IOException {
        assertThat(typesIn(Path.of("clients/js/eventsource.js"), ".js")).isEqualTo(wires());
    }

    @Test
    void clientKnowsWhichAreTerminal() {
        Matcher end = Pattern.compile("END = new Set\\(\\[([^]]*)]").matcher(text(Path.of("clients/js/sequence.js")));
        assertThat(end.find()).isTrue();
        Set<String> states = Pattern.compile("'(\\w+)'")
                .matcher(end.group(1))
                .results()
                .map(state -> "job." + state.group(1))
                .collect(Collectors.toSet());
        assertThat(states)
                .isEqualTo(Arrays.stream(EventType.values())
                        .filter(EventType::terminal)
                        .map(EventType::wire)
                        .collect(Collectors.toSet()));
    }

    @Test
    void scriptsSayNoSentences() throws IOException {
        Pattern string = Pattern.compile("'[^'\\n]*'");
        Pattern sentence = Pattern.compile("[a-z] [a-z]+ [a-z]");
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(SCRIPTS)) {
            files.filter(file -> file.toString().endsWith(".lua"))
                    .flatMap(file -> text(file).lines())
                    .filter(line -> !line.startsWith("--"))
                    .flatMap(line -> string.matcher(line).results().map(MatchResult::group))
                    .filter(text -> sentence.matcher(text).find())
                    .forEach(found::add);
        }
        assertThat(found).isEmpty();
    }

    private static Set<String> wires() {
        return Arrays.stream(EventType.values()).map(EventType::wire).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<String, Set<String>> fieldsByType() {
        return Arrays.stream(EventType.values())
                .collect(Collectors.toMap(EventType::wire, type -> new TreeSet<>(type.fields())));
    }

    private static Set<String> typesIn(Path root, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .flatMap(file -> TYPE.matcher(text(file)).results())
                    .map(found -> found.group(1))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
