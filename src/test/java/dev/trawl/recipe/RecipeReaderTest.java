package dev.trawl.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trawl.config.Problems;
import dev.trawl.recipe.Input.CheckDigit;
import dev.trawl.recipe.Input.Normalise;
import dev.trawl.recipe.Outcomes.Condition;
import dev.trawl.recipe.Recipe.Retry;
import dev.trawl.recipe.Recipe.Timeouts;
import dev.trawl.recipe.RecipeExamples.Fault;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RecipeReaderTest {
    /** {@link Pattern} has no equality of its own. */
    private static final RecursiveComparisonConfiguration BY_VALUE = RecursiveComparisonConfiguration.builder()
            .withEqualsForType((a, b) -> a.pattern().equals(b.pattern()) && a.flags() == b.flags(), Pattern.class)
            .withStrictTypeChecking(false)
            .build();

    /** What a recipe means that says nothing of its hosts. */
    private static final Politeness UNLIMITED = new Politeness(0, 0, 0, 0, 0, 10);

    private final Problems problems = new Problems("recipe.json");

    private Recipe read(JsonObject json) {
        Recipe recipe = RecipeReader.read(json, problems);
        assertThat(problems.list()).isEmpty();
        return Objects.requireNonNull(recipe);
    }

    @Test
    void readsEveryKey() {
        JsonObject json = RecipeExamples.full();
        Recipe recipe = read(json);

        assertThat(recipe)
                .usingRecursiveComparison(BY_VALUE)
                .isEqualTo(new Recipe(
                        "full-1_a",
                        7,
                        "Everything",
                        "Each key once.",
                        new Input(
                                "code",
                                List.of(Normalise.TRIM, Normalise.NO_SPACES, Normalise.UPPER, Normalise.LOWER),
                                Pattern.compile("[0-9]{3}"),
                                "a code has three digits",
                                new CheckDigit(List.of(3, 1), 10, 9)),
                        new Start(
                                "https://{region}.example.org:8443/{+path}/{key:3}{?name,tags*}#top",
                                Map.of(
                                        "path", new Start.Variable("code", Pattern.compile("(\\d)\\."), "$1/"),
                                        "bare", new Start.Variable("key", Pattern.compile("x"), ""))),
                        List.of(
                                new Step.WaitFor("form", 5000, true),
                                new Step.Fill("#q", "{key}", 1, true),
                                new Step.Click("button", 0, false),
                                new Step.Press("#q", "Enter", 0, false)),
                        new Outcomes(
                                List.of(
                                        new Condition(null, null, List.of(403, 429), null),
                                        new Condition(null, null, List.of(), Pattern.compile("/captcha"))),
                                List.of(new Condition(".none", Pattern.compile("(?i)no such"), List.of(), null)),
                                List.of(new Condition(".entry", null, List.of(), null))),
                        Map.of(
                                "name", new Field("h1", null, null, Field.Take.FIRST, null, Field.Type.STRING, true),
                                "links",
                                        new Field(
                                                "a",
                                                "href",
                                                Pattern.compile("more"),
                                                Field.Take.ALL,
                                                Pattern.compile("id=(.+)"),
                                                Field.Type.STRING,
                                                false),
                                "price",
                                        new Field(
                                                ".price", null, null, Field.Take.FIRST, null, Field.Type.NUMBER, false),
                                "staff",
                                        new Field(
                                                ".staff",
                                                null,
                                                null,
                                                Field.Take.FIRST,
                                                null,
                                                Field.Type.INTEGER,
                                                false),
                                "rows", new Field("tr", null, null, Field.Take.COUNT, null, Field.Type.INTEGER, false)),
                        new Retry(4, 100, 1000),
                        new Timeouts(1000, 2000, 600_000),
                        new Politeness(120, 5, 2, 500, 2000, 25),
                        RecipeExamples.full()));
        // The order of the results' columns, which maps do not compare.
        assertThat(recipe.extract().keySet()).containsExactly("name", "links", "price", "staff", "rows");
        json.put("title", "changed");
        assertThat(recipe.source()).isEqualTo(RecipeExamples.full());
    }

    @Test
    void whatIsLeftOutHasADefault() {
        assertThat(read(RecipeExamples.minimal()))
                .usingRecursiveComparison(BY_VALUE)
                .isEqualTo(new Recipe(
                        "minimal",
                        1,
                        "minimal",
                        "",
                        new Input(null, List.of(), null, null, null),
                        new Start("https://example.org", Map.of()),
                        List.of(),
                        new Outcomes(
                                List.of(),
                                List.of(),
                                List.of(new Condition(null, Pattern.compile("x"), List.of(), null))),
                        Map.of(),
                        new Retry(3, 500, 5000),
                        new Timeouts(15_000, 10_000, 60_000),
                        UNLIMITED,
                        RecipeExamples.minimal()));
    }

    @Test
    void aDelayMayBeAsShortAndAsLongAsCanBeGiven() {
        JsonObject json = RecipeExamples.minimal().put("politeness", new JsonObject("{\"delay_ms\": [0, 600000]}"));

        assertThat(read(json).politeness()).isEqualTo(new Politeness(0, 0, 0, 0, 600_000, 10));
    }

    @Test
    void nullIsNoLimit() {
        JsonObject json = RecipeExamples.minimal()
                .put("politeness", new JsonObject("{\"rate_per_minute\": null, \"concurrency\": null}"));

        assertThat(read(json).politeness()).isEqualTo(UNLIMITED);
    }

    @Test
    void aLongBackoffRaisesTheDefaultOfItsBound() {
        JsonObject json = RecipeExamples.minimal().put("retry", new JsonObject("{\"backoff_ms\": 9000}"));

        assertThat(read(json).retry()).isEqualTo(new Retry(3, 9000, 9000));
    }

    @ParameterizedTest
    @CsvSource({
        "version,1,1000000",
        "retry/attempts,1,10",
        "retry/backoff_ms,0,1000",
        "retry/max_backoff_ms,100,600000",
        "timeouts/navigation_ms,1,600000",
        "timeouts/step_ms,1,600000",
        "timeouts/item_ms,1,600000",
        "steps/0/wait_for/timeout_ms,1,600000",
        "politeness/rate_per_minute,1,1000000",
        "politeness/burst,1,10000",
        "politeness/concurrency,1,10000",
        "input/check_digit/modulus,2,100",
        "input/check_digit/complement,0,100",
        "input/check_digit/weights/0,0,1000",
        "outcomes/blocked/0/status/0,100,599",
    })
    void boundsAreIncluded(String pointer, int least, int most) {
        read(RecipeExamples.with(RecipeExamples.full(), "/" + pointer, least));
        read(RecipeExamples.with(RecipeExamples.full(), "/" + pointer, most));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:8110/companies/{key}",
                "HTTPS://example.org",
                "https://{key}/",
                "https://example.org/search{?q,page}#{+part}",
            })
    void addressesOfTheWebAreTaken(String url) {
        assertThat(read(RecipeExamples.with(RecipeExamples.minimal(), "/start/url", url))
                        .start()
                        .url())
                .isEqualTo(url);
    }

    static List<Fault> faults() {
        return RecipeExamples.faults();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultIsToldOnceAndWithItsPath(Fault fault) {
        Recipe recipe = RecipeReader.read(fault.json(), problems);

        assertThat(recipe).isNull();
        assertThat(problems.list()).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo(fault.path());
            assertThat(problem.message()).contains(fault.message());
        });
    }

    @Test
    void allFaultsAreToldAtOnce() {
        JsonObject json = new JsonObject("""
                {"nmae": "x", "start": {"url": "example.org"}, "steps": [{"wait": {}}], "outcomes": {},
                 "extract": {"row": {}}, "retry": {"attempts": 99}}""");

        assertThat(RecipeReader.read(json, problems)).isNull();
        assertThat(problems.list())
                .extracting(Problems.Problem::path)
                .containsExactlyInAnyOrder(
                        "name",
                        "nmae",
                        "start.url",
                        "steps[0].wait",
                        "outcomes.found",
                        "extract.row",
                        "extract.row.selector",
                        "retry.attempts");
    }

    @Test
    void faultsOfAnotherDocumentDoNotSpoilThisOne() {
        problems.add("elsewhere", "is wrong");

        assertThat(RecipeReader.read(RecipeExamples.minimal(), problems)).isNotNull();
    }
}
