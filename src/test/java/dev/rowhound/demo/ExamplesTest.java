package dev.rowhound.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.ZipFile;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;

/** The example files agree with what the demo site answers and with the recipes that look them up. */
class ExamplesTest {
    private static final Path COMPANIES = Path.of("examples/companies");
    private static final Path JAVADOC = Path.of("examples/javadoc");
    private static final Path JAVADOC_JAR = Path.of("target/sites/commons-lang3-javadoc.jar");
    private static final Map<String, JsonObject> RECIPES = new HashMap<>();

    @Test
    void expectedOutcomeOfEachCodeIsWhatTheSiteAnswers() throws IOException {
        List<List<String>> inputs = rows(COMPANIES.resolve("tax-codes.csv"));
        List<List<String>> expected = rows(COMPANIES.resolve("expected.csv"));

        assertThat(expected).hasSameSizeAs(inputs);
        assertThat(expected.get(0))
                .isEqualTo(concat(inputs.get(0), List.of("state"), fields("companies"), List.of("error")));
        for (int i = 1; i < inputs.size(); i++) {
            List<String> input = inputs.get(i);
            assertThat(expected.get(i)).as("row %d", i).isEqualTo(concat(input, outcome(input.get(0))));
        }
    }

    @Test
    void codesShowEveryKindOfAnswer() throws IOException {
        List<String> keys = rows(COMPANIES.resolve("tax-codes.csv")).stream()
                .skip(1)
                .map(row -> normalised(row.get(0)))
                .toList();
        Map<String, Long> times =
                keys.stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        Map<Companies.Answer, Long> answers = times.keySet().stream()
                .filter(ExamplesTest::isValid)
                .collect(Collectors.groupingBy(Companies::answer, Collectors.counting()));

        assertThat(keys).hasSize(300);
        assertThat(keys).filteredOn(key -> !isValid(key)).hasSizeGreaterThanOrEqualTo(10);
        assertThat(keys.size() - times.size()).isGreaterThanOrEqualTo(10);
        assertThat(times).containsValue(3L);
        assertThat(answers.keySet()).containsExactlyInAnyOrder(Companies.Answer.values());
        assertThat(answers.getOrDefault(Companies.Answer.NOT_FOUND_200, 0L)
                        + answers.getOrDefault(Companies.Answer.NOT_FOUND_404, 0L))
                .isGreaterThanOrEqualTo(20);
        assertThat(answers.get(Companies.Answer.SCRIPTED)).isGreaterThanOrEqualTo(60);
        for (String special : List.of(Companies.SLOW, Companies.FLAKY, Companies.SILENT, Companies.BLOCKED)) {
            assertThat(times).containsEntry(special, 1L);
        }
        assertThat(keys.indexOf(Companies.SILENT)).isLessThan(20);
    }

    @Test
    void eachClassButTheTwoInventedOnesHasAPage() throws IOException {
        List<String> classes = column(JAVADOC.resolve("classes.csv"));
        JsonObject path = recipe("javadoc")
                .getJsonObject("start")
                .getJsonObject("variables")
                .getJsonObject("path");
        Set<String> missing = new TreeSet<>();
        try (ZipFile jar = new ZipFile(JAVADOC_JAR.toFile())) {
            for (String name : classes) {
                String page = name.replaceAll(path.getString("replace"), path.getString("with")) + ".html";
                if (jar.getEntry(page) == null) {
                    missing.add(name);
                }
            }
        }

        assertThat(classes).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(152);
        assertThat(classes)
                .allMatch(name ->
                        name.matches(recipe("javadoc").getJsonObject("input").getString("pattern")));
        assertThat(missing)
                .containsExactly(
                        "org.apache.commons.lang3.StringUtil", "org.apache.commons.lang3.function.QuadFunction");
    }

    @Test
    void valuesReadByHandAreOfListedClassesAndTheRecipesFields() throws IOException {
        List<List<String>> expected = rows(JAVADOC.resolve("expected.csv"));

        assertThat(expected.get(0)).isEqualTo(concat(List.of("class", "state"), fields("javadoc")));
        assertThat(column(JAVADOC.resolve("classes.csv"))).containsAll(column(JAVADOC.resolve("expected.csv")));
        assertThat(expected).hasSizeGreaterThan(12);
    }

    /** State, fields and error code of that tax code, as it stands in the file. */
    private static List<String> outcome(String taxCode) {
        String key = normalised(taxCode);
        if (!isValid(key)) {
            return ended("invalid_input", "invalid_input");
        }
        return switch (Companies.answer(key)) {
            case PLAIN, SCRIPTED, SLOW, FLAKY -> {
                Company company = Companies.find(key).orElseThrow();
                yield List.of(
                        "found",
                        company.name(),
                        company.address(),
                        company.representative(),
                        company.status(),
                        company.founded(),
                        "");
            }
            case NOT_FOUND_200, NOT_FOUND_404 -> ended("not_found", "");
            case BLOCKED -> ended("blocked", "blocked");
            case SILENT -> ended("failed", "timeout");
        };
    }

    private static List<String> ended(String state, String error) {
        return List.of(state, "", "", "", "", "", error);
    }

    /** The key as the recipe's {@code normalise} makes it. */
    private static String normalised(String taxCode) {
        return taxCode.replaceAll("\\s", "");
    }

    /** Whether the recipe's check lets the key pass. */
    private static boolean isValid(String key) {
        JsonObject input = recipe("companies").getJsonObject("input");
        if (!key.matches(input.getString("pattern"))) {
            return false;
        }
        JsonObject check = input.getJsonObject("check_digit");
        JsonArray weights = check.getJsonArray("weights");
        int sum = 0;
        for (int i = 0; i < weights.size(); i++) {
            sum += weights.getInteger(i) * Character.digit(key.charAt(i), 10);
        }
        int digit = check.getInteger("complement") - sum % check.getInteger("modulus");
        return Character.digit(key.charAt(weights.size()), 10) == digit;
    }

    private static List<String> fields(String recipe) {
        return List.copyOf(recipe(recipe).getJsonObject("extract").fieldNames());
    }

    private static JsonObject recipe(String name) {
        return RECIPES.computeIfAbsent(name, ExamplesTest::readRecipe);
    }

    private static JsonObject readRecipe(String name) {
        try {
            return new JsonObject(Files.readString(Path.of("conf/recipes", name + ".json")));
        } catch (IOException e) {
            throw new AssertionError("recipe " + name, e);
        }
    }

    /** The first column, without its head. */
    private static List<String> column(Path file) throws IOException {
        return rows(file).stream().skip(1).map(row -> row.get(0)).toList();
    }

    private static List<List<String>> rows(Path file) throws IOException {
        try (CSVParser parser = CSVParser.parse(file, StandardCharsets.UTF_8, CSVFormat.RFC4180)) {
            return parser.stream().map(CSVRecord::toList).toList();
        }
    }

    @SafeVarargs
    private static List<String> concat(List<String>... parts) {
        List<String> all = new ArrayList<>();
        for (List<String> part : parts) {
            all.addAll(part);
        }
        return all;
    }
}
