package dev.rowhound.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.recipe.Recipe;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages that are made to keep their reader busy: each comes to a result within its item's time. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class HostilePagesIT {
    private static final String MANY = " ".repeat(200_000);

    private static Recipe recipe = TestRecipe.at("").build();

    @RegisterExtension
    static final TestSlot SLOT = new TestSlot(() -> TestConfig.LOOPBACK, () -> recipe);

    private Site site;

    @BeforeEach
    void open() {
        site = new Site();
    }

    @AfterEach
    void close() {
        site.close();
    }

    private ItemResult lookUp(String engine, String outcomes, String extract) throws Exception {
        return lookUp(engine, 8000, outcomes, extract);
    }

    private ItemResult lookUp(String engine, int itemMillis, String outcomes, String extract) throws Exception {
        recipe = TestRecipe.of("""
                {"start": {"url": "%s/"}, "engine": "%s", "outcomes": {%s}, "extract": {%s},
                 "timeouts": {"navigation_ms": 5000, "step_ms": 5000, "item_ms": %d}}""".formatted(site.url(), engine, outcomes, extract, itemMillis));
        return SLOT.process(new RecordingContext(itemMillis + 12_000, step -> {}));
    }

    private ItemResult lookUp(String engine) throws Exception {
        return lookUp(engine, "\"found\": [{\"selector\": \"h1\"}]", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "auto"})
    void aRefreshOfMuchSpace(String engine) throws Exception {
        site.page("/", "<meta http-equiv=refresh content=\"0" + MANY + "x\"><h1>a</h1>");
        assertThat(lookUp(engine).state()).isEqualTo(ItemState.FOUND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "auto"})
    void aRefreshToALinkOfMuchSpace(String engine) throws Exception {
        site.page("/", "<meta http-equiv=refresh content='0; url=http://127.0.0.1/a" + MANY + "b'><h1>a</h1>");
        assertThat(lookUp(engine).state()).isEqualTo(ItemState.FOUND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "auto"})
    void linksWithHostsThatAreHardToSpell(String engine) throws Exception {
        StringBuilder host = new StringBuilder();
        for (int i = 0; i < 60_000; i++) {
            host.appendCodePoint(0x4e00 + i % 20_000);
        }
        site.page("/", "<base href='http://" + host + "/'><h1>a</h1><a href=b>" + "c</a>");
        ItemResult result = lookUp(
                engine,
                "\"found\": [{\"selector\": \"h1\"}]",
                "\"link\": {\"selector\": \"a\", \"attribute\": \"href\", \"type\": \"url\"}");
        assertThat(result.state()).isEqualTo(ItemState.FOUND);
    }

    @Test
    void whatTakesMoreThanAWalkEndsWithTheItemsTime() throws Exception {
        site.page("/", "<h1>a</h1>" + "<p><i></i></p>".repeat(90_000));
        ItemResult result = lookUp("http", "\"found\": [{\"selector\": \"p:has(~ b)\"}]", "");
        assertThat(result.error().code()).isEqualTo(ErrorCode.TIMEOUT);
        assertThat(result.error().message()).contains("8000 ms");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "auto"})
    void aPatternThatBacktracksOverThePage(String engine) throws Exception {
        site.page("/", "<h1>" + "1".repeat(500_000) + "</h1>");
        boolean alone = engine.equals("http");
        // By HTTP alone the steps are to end it, not the item's time.
        int itemMillis = alone ? 90_000 : 8000;
        ItemResult result =
                lookUp(engine, itemMillis, "\"found\": [{\"selector\": \"h1\", \"text\": \"\\\\d+ entries\"}]", "");
        assertThat(result.error().code()).isEqualTo(ErrorCode.TIMEOUT);
        if (alone) {
            assertThat(result.error().message()).contains("\\d+ entries", "steps");
        }
    }

    @Test
    void aPatternThatRepeatsAGroupTooOftenForTheStack() throws Exception {
        site.page("/", "<h1>" + "ab".repeat(200_000) + "</h1>");
        ItemResult result = lookUp(
                "http",
                90_000,
                "\"found\": [{\"selector\": \"h1\"}]",
                "\"title\": {\"selector\": \"h1\", \"pattern\": \"^(?:[^\\\"b]|b.)*$\"}");
        assertThat(result.error().code()).isEqualTo(ErrorCode.TIMEOUT);
        assertThat(result.error().message()).contains("repeats a group too often");
    }

    @Test
    void aNumberOfManyGroups() throws Exception {
        site.page("/", "<h1>1" + ",000".repeat(100_000) + "</h1>");
        for (String type : new String[] {"integer", "number"}) {
            ItemResult result = lookUp(
                    "http",
                    "\"found\": [{\"selector\": \"h1\"}]",
                    "\"n\": {\"selector\": \"h1\", \"type\": \"" + type + "\"}");
            assertThat(result.error().code()).isEqualTo(ErrorCode.FIELD_INVALID);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"<b>", "<b></b>", "<!---->", "<b a b c d e f g h>"})
    void moreThanAPageMayHave(String part) throws Exception {
        site.page("/", "<h1>a</h1>" + part.repeat((9 << 20) / part.length()));
        ItemResult result = lookUp("auto");
        assertThat(result.error().code()).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(result.error().message()).startsWith("The page is too large: ");
    }

    @Test
    void nestedDeeplyItIsReadAsABrowserReadsIt() throws Exception {
        for (Function<Integer, String> nested : nestings()) {
            site.close();
            site = new Site();
            site.page("/", "<h1>a</h1>" + nested.apply(2_000));
            ItemResult result = lookUp(
                    "http",
                    "\"found\": [{\"selector\": \"h1\"}]",
                    "\"n\": {\"selector\": \"body\", \"html\": true}, \"m\": {\"selector\": \"i\", \"take\": \"count\"}");
            assertThat(result.error() == null || result.error().code() == ErrorCode.TOO_LARGE)
                    .as("%s", result.error())
                    .isTrue();
        }
    }

    private static Iterable<Function<Integer, String>> nestings() {
        return List.of(
                times -> "<div>".repeat(times),
                times -> "<a><p></a>".repeat(times),
                times -> "<table><tr><td>".repeat(times),
                times -> "<b><i><u><div></b>".repeat(times),
                times -> "<svg><g>".repeat(times));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "auto"})
    void aPageOf49MegabytesIsNotTaken(String engine) throws Exception {
        site.answer("/", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, 0);
            byte[] block = "<b></b>".repeat(10_000).getBytes(StandardCharsets.US_ASCII);
            try (OutputStream body = exchange.getResponseBody()) {
                for (int i = 0; i < 700; i++) {
                    body.write(block);
                }
            } catch (IOException e) {
                // The reader has seen enough.
            }
        });
        ItemResult result = lookUp(engine);
        assertThat(result.error().code()).isEqualTo(ErrorCode.TOO_LARGE);
    }
}
