package dev.rowhound.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.config.Problems;
import dev.rowhound.job.Attempts;
import dev.rowhound.job.Politeness;
import dev.rowhound.recipe.Input.CheckDigit;
import dev.rowhound.recipe.Input.Normalise;
import dev.rowhound.recipe.Outcomes.AnswerSteps;
import dev.rowhound.recipe.Outcomes.Ask;
import dev.rowhound.recipe.Outcomes.Condition;
import dev.rowhound.recipe.Outcomes.NeedsHuman;
import dev.rowhound.recipe.Recipe.EvidencePolicy;
import dev.rowhound.recipe.Recipe.Timeouts;
import dev.rowhound.recipe.Recipe.When;
import dev.rowhound.recipe.RecipeExamples.Fault;
import dev.rowhound.recipe.pattern.BoundedPattern;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RecipeReaderTest {
    /** {@link BoundedPattern} has no equality of its own. */
    private static final RecursiveComparisonConfiguration BY_VALUE = RecursiveComparisonConfiguration.builder()
            .withEqualsForType((a, b) -> a.toString().equals(b.toString()), BoundedPattern.class)
            .withStrictTypeChecking(false)
            .build();

    /** What a recipe means that says nothing of its hosts. */
    private static final Politeness UNLIMITED = new Politeness(0, 0, 0, 0, 0);

    private final Problems problems = new Problems("recipe.json");

    private static Field field(
            String selector,
            @Nullable String attribute,
            @Nullable BoundedPattern match,
            Field.Take take,
            @Nullable BoundedPattern pattern,
            Field.Type type,
            boolean required) {
        return new Field(selector, attribute, match, take, pattern, type, required);
    }

    private static Field typed(String selector, Field.Type type, boolean html, @Nullable String format) {
        return new Field(selector, null, null, Field.Take.FIRST, null, type, false, html, format, Map.of());
    }

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
                                BoundedPattern.compile("[0-9]{3}"),
                                "a code has three digits",
                                new CheckDigit(List.of(3, 1), 10, 9)),
                        new Start(
                                "https://{region}.example.org:8443/{+path}/{key:3}{?name,tags*}#top",
                                Map.of(
                                        "path", new Start.Variable("code", BoundedPattern.compile("(\\d)\\."), "$1/"),
                                        "bare", new Start.Variable("key", BoundedPattern.compile("x"), "")),
                                false),
                        new Browsing(
                                Browsing.Engine.BROWSER,
                                Browsing.Browser.FULL,
                                "vi-VN",
                                new Browsing.Viewport(1024, 50),
                                "Rowhound/1 (tests)",
                                new Browsing.Block(
                                        Set.of(Browsing.ResourceType.IMAGE, Browsing.ResourceType.FONT),
                                        List.of("*://*.example.net/*")),
                                List.of("here", "there"),
                                Browsing.Robots.IGNORE),
                        new Session(
                                Session.Keep.HOST,
                                new Session.Login(
                                        "https://example.org/login",
                                        List.of(
                                                new Step.Fill("#user", "rowhound", 0, false),
                                                new Step.Fill("#password", "{secret:the.Pass-word_1}", 0, false),
                                                new Step.Select("#as", "reader", 0, false),
                                                new Step.Click("text=Log in", 0, false)),
                                        List.of(new Condition("#logout", null, List.of(), null)),
                                        List.of(new Condition(
                                                null, BoundedPattern.compile("Please log in"), List.of(), null)))),
                        List.of(
                                new Step.WaitFor("form", 5000, true),
                                new Step.Fill("#q", "{key}", 1, true),
                                new Step.Click("button", 0, false),
                                new Step.Press("#q", "Enter", 0, false),
                                new Step.Press("", "Escape", 0, false),
                                new Step.Select("select", "{region}", 0, false),
                                new Step.Check("#a", true, 0, false),
                                new Step.Check("#b", false, 0, false),
                                new Step.Hover("nav >> text=More", 0, false),
                                new Step.Scroll("footer", 0, false),
                                new Step.Scroll("", 0, false),
                                new Step.WaitFor(".wheel", Step.State.HIDDEN, 0, false),
                                new Step.WaitText("#total", BoundedPattern.compile("[0-9]+"), 0, false),
                                new Step.WaitResponse(BoundedPattern.compile("/api/"), 0, true),
                                new Step.WaitLoad(Step.Load.NETWORKIDLE, 0, false)),
                        new Outcomes(
                                List.of(
                                        new Condition(null, null, List.of(403, 429), null),
                                        new Condition(null, null, List.of(), BoundedPattern.compile("/captcha"))),
                                List.of(
                                        new NeedsHuman(
                                                new Condition("#captcha", null, List.of(), null),
                                                new Ask(
                                                        "Type the letters.",
                                                        "#captcha img",
                                                        new AnswerSteps(
                                                                "#letters", List.of(new Step.Click("#send", 0, false))),
                                                        60_000)),
                                        new NeedsHuman(
                                                new Condition(
                                                        null, null, List.of(), BoundedPattern.compile("/confirm")),
                                                new Ask("Confirm it.", null, null, 300_000))),
                                List.of(new Condition(".none", BoundedPattern.compile("(?i)no such"), List.of(), null)),
                                List.of(new Condition(".entry", null, List.of(), null)),
                                false),
                        Map.of(
                                "name",
                                field("h1", null, null, Field.Take.FIRST, null, Field.Type.STRING, true),
                                "links",
                                field(
                                        "a",
                                        "href",
                                        BoundedPattern.compile("more"),
                                        Field.Take.ALL,
                                        BoundedPattern.compile("id=(.+)"),
                                        Field.Type.STRING,
                                        false),
                                "price",
                                field(".price", null, null, Field.Take.FIRST, null, Field.Type.NUMBER, false),
                                "staff",
                                field(".staff", null, null, Field.Take.FIRST, null, Field.Type.INTEGER, false),
                                "rows",
                                field("tr", null, null, Field.Take.COUNT, null, Field.Type.INTEGER, false),
                                "body",
                                typed("article", Field.Type.STRING, true, null),
                                "founded",
                                typed(".founded", Field.Type.DATE, false, "dd/MM/yyyy"),
                                "home",
                                field("a.home", "href", null, Field.Take.FIRST, null, Field.Type.URL, false),
                                "people",
                                new Field(
                                        "table tr",
                                        null,
                                        BoundedPattern.compile("[0-9]"),
                                        Field.Take.ALL,
                                        null,
                                        Field.Type.STRING,
                                        true,
                                        false,
                                        null,
                                        Map.of(
                                                "name",
                                                field(
                                                        "td:nth-child(1)",
                                                        null,
                                                        null,
                                                        Field.Take.FIRST,
                                                        null,
                                                        Field.Type.STRING,
                                                        true),
                                                "whole",
                                                typed("", Field.Type.STRING, false, null)))),
                        new Links(
                                "a.more",
                                "data-href",
                                BoundedPattern.compile("details"),
                                5,
                                true,
                                "details",
                                new Outcomes(
                                        List.of(),
                                        List.of(),
                                        List.of(new Condition(null, null, List.of(404), null)),
                                        List.of(new Condition("h2", null, List.of(), null)),
                                        true),
                                Map.of("headline", typed("h2", Field.Type.STRING, false, null))),
                        new Pages("a[rel=next]", null, 2, "people", 20),
                        new Attempts(4, 100, 1000),
                        new Timeouts(1000, 2000, 600_000),
                        new Politeness(120, 5, 2, 500, 2000),
                        25,
                        new EvidencePolicy(When.ON_FAILURE, When.ALWAYS, When.NEVER),
                        RecipeExamples.full()));
        // The order of the results' columns, which maps do not compare.
        assertThat(recipe.fieldNames())
                .containsExactly(
                        "name", "links", "price", "staff", "rows", "body", "founded", "home", "people", "details");
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
                        new Start("https://example.org", Map.of(), false),
                        Browsing.DEFAULT,
                        null,
                        List.of(),
                        new Outcomes(
                                List.of(),
                                List.of(),
                                List.of(new Condition(null, BoundedPattern.compile("x"), List.of(), null))),
                        Map.of(),
                        null,
                        null,
                        new Attempts(3, 500, 5000),
                        new Timeouts(15_000, 10_000, 60_000),
                        UNLIMITED,
                        10,
                        Recipe.EvidencePolicy.DEFAULT,
                        RecipeExamples.minimal()));
    }

    @Test
    void aDelayMayBeAsShortAndAsLongAsCanBeGiven() {
        JsonObject json = RecipeExamples.minimal().put("politeness", new JsonObject("{\"delay_ms\": [0, 600000]}"));

        assertThat(read(json).politeness()).isEqualTo(new Politeness(0, 0, 0, 0, 600_000));
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

        assertThat(read(json).retry()).isEqualTo(new Attempts(3, 9000, 9000));
    }

    @ParameterizedTest
    @CsvSource({
        "version,1,1000000",
        "retry/attempts,1,10",
        "retry/backoff_ms,0,1000",
        "retry/max_backoff_ms,100,600000",
        "timeouts/navigation_ms,1,600000",
        "timeouts/step_ms,1,600000",
        "timeouts/item_ms,1,604800000",
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
    void fieldsOfALinkedPageStandAmongTheOthersWhereTheyHaveNamesOfTheirOwn() {
        JsonObject json = RecipeExamples.full();
        json.getJsonObject("links").remove("into");
        json.getJsonObject("links").put("most", 1);
        assertThat(read(json).fieldNames()).endsWith("people", "headline");

        json.getJsonObject("links").getJsonObject("extract").put("name", new JsonObject().put("selector", "h1"));
        assertThat(RecipeReader.read(json, problems)).isNull();
        assertThat(problems.list()).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo("links.extract.name");
            assertThat(problem.message()).contains("use another name, or links.into");
        });
    }

    @Test
    void theNextPageMayHaveANumber() {
        JsonObject json = RecipeExamples.with(
                RecipeExamples.full(),
                "/pages",
                new JsonObject().put("url", "https://e.org/{?page}").put("rows", "links"));
        assertThat(read(json).pages()).isEqualTo(new Pages(null, "https://e.org/{?page}", 2, "links", 10));

        json.getJsonObject("pages").put("url", "https://e.org/{?key}");
        assertThat(RecipeReader.read(json, problems)).isNull();
        assertThat(problems.list())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("a URI template with {page}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "auto"})
    void whatNeedsABrowserIsRefusedWithoutOne(String engine) {
        JsonObject json = RecipeExamples.withoutBrowser(engine);
        read(json.copy());
        json.getJsonObject("session")
                .put("login", RecipeExamples.full().getJsonObject("session").getValue("login"));
        json.put("steps", RecipeExamples.full().getValue("steps"));
        json.getJsonObject("outcomes")
                .put(
                        "needs_human",
                        RecipeExamples.full().getJsonObject("outcomes").getValue("needs_human"));
        json.getJsonObject("extract").put("text", new JsonObject().put("selector", "p:has-text(\"x\")"));
        json.getJsonObject("links").put("selector", "a:visible");
        json.getJsonObject("pages").put("next", "xpath=//a");

        assertThat(RecipeReader.read(json, problems)).isNull();
        List<String> paths = new ArrayList<>(List.of(
                "extract.text.selector",
                "session.login",
                "steps[0].wait_for",
                "steps[1].fill",
                "steps[2].click",
                "steps[3].press",
                "steps[4].press",
                "steps[5].select",
                "steps[6].check",
                "steps[7].uncheck",
                "steps[8].hover",
                "steps[8].hover.selector",
                "steps[9].scroll",
                "steps[10].scroll",
                "steps[11].wait_for",
                "steps[13].wait_response",
                "links.selector",
                "pages.next"));
        if (engine.equals("http")) {
            paths.add("outcomes.needs_human");
        }
        assertThat(problems.list()).extracting(Problems.Problem::path).containsExactlyInAnyOrderElementsOf(paths);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "h1:has-text(\"a > b, (\")",
                "text=Log in",
                "\"Log in\"",
                "//div[@id='x']",
                "(//a)[2]",
                "xpath=//a >> nth=2",
                "css=article >> text=/a(b/ >> visible=true",
                "role=button[name=\"Go\"]",
                "ul > li:nth-match(li, 2)",
                "li:is(.a, :text(\"x\")):not(:visible)",
                "> div",
                "#a\\:b .c",
                "input:below(:text(\"x\"), 50)",
            })
    void browsersTakeWhatPlaywrightAdds(String selector) {
        JsonObject json = RecipeExamples.with(RecipeExamples.full(), "/steps/2/click/selector", selector);
        assertThat(read(json).steps().get(2).selector()).isEqualTo(selector);
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
