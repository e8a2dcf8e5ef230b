package dev.rowhound.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.recipe.Recipe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** At a site whose error pages keep its layout, no element of it makes an answer of a refusal or a fault. */
class ErrorStatusIT {
    private static final List<String> ENGINES = List.of("browser", "http", "auto");

    /** What the site serves beside the status, and which outcomes stand on its pages. */
    private static final String FOUND_PAGE = "<header>Register</header><p class=hit>An entry</p>";

    private static final String EMPTY_PAGE = "<header>Register</header><p class=none>No entry</p>";

    private static final String HIT_OR_NONE = outcomes("\"selector\": \".hit\"", "\"selector\": \".none\"");

    private static Recipe recipe = TestRecipe.at("").build();

    @RegisterExtension
    static final TestSlot SLOT = new TestSlot(() -> TestConfig.LOOPBACK, () -> recipe);

    private final RecordingContext context = new RecordingContext(60_000, step -> {});
    private static int jobs;

    @AutoClose
    private Site site = new Site();

    /** What a status comes to, where no condition names it. */
    private enum Served {
        BAD_REQUEST(400, null, ErrorCode.HTTP_4XX),
        UNAUTHORISED(401, null, ErrorCode.HTTP_4XX),
        FORBIDDEN(403, null, ErrorCode.BLOCKED),
        ABSENT(404, null, ErrorCode.HTTP_4XX),
        GONE(410, null, ErrorCode.HTTP_4XX),
        TOO_MANY(429, null, ErrorCode.RATE_LIMITED),
        TOO_MANY_FOR_NOW(429, "1", ErrorCode.RATE_LIMITED),
        LEGAL(451, null, ErrorCode.BLOCKED),
        BROKEN(500, null, ErrorCode.HTTP_5XX),
        UNAVAILABLE(503, null, ErrorCode.HTTP_5XX),
        UNAVAILABLE_FOR_NOW(503, "1", ErrorCode.RATE_LIMITED);

        private final int status;
        private final String retryAfter;
        private final ErrorCode code;

        Served(int status, String retryAfter, ErrorCode code) {
            this.status = status;
            this.retryAfter = retryAfter;
            this.code = code;
        }

        void send(HttpExchange exchange, String page) throws IOException {
            if (retryAfter != null) {
                exchange.getResponseHeaders().set("Retry-After", retryAfter);
            }
            if (page.isEmpty()) {
                exchange.getResponseHeaders().set("Content-Type", "text/html");
                exchange.sendResponseHeaders(status, -1);
            } else {
                Site.send(exchange, status, page);
            }
        }

        void send(HttpExchange exchange, String type, String body) throws IOException {
            if (retryAfter != null) {
                exchange.getResponseHeaders().set("Retry-After", retryAfter);
            }
            exchange.getResponseHeaders().set("Content-Type", type);
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        }

        /** Blocked, or failed; retried where the host only asks for fewer, or has a fault. */
        void isTold(ItemResult result, List<Long> slowDowns) {
            ItemState state = code == ErrorCode.BLOCKED || status == 429 ? ItemState.BLOCKED : ItemState.FAILED;
            assertThat(result.state()).as("%s: %s", this, result.error()).isEqualTo(state);
            assertThat(Objects.requireNonNull(result.error()).code())
                    .as("%s", this)
                    .isEqualTo(code);
            assertThat(result.worthRetry()).as("%s", this).isEqualTo(status == 429 || status >= 500);
            boolean tooMuch = status == 429 || status == 503;
            assertThat(slowDowns).as("%s", this).hasSize(tooMuch ? 1 : 0);
            if (tooMuch) {
                assertThat(slowDowns.get(0)).isEqualTo(retryAfter == null ? -1L : 1_000L);
            }
        }

        boolean absent() {
            return status == 404 || status == 410;
        }
    }

    static Stream<Arguments> everyStatus() {
        return ENGINES.stream()
                .flatMap(engine -> Stream.of(Served.values()).map(served -> Arguments.of(engine, served)));
    }

    /** Goes on with a site that serves nothing yet. */
    private void replaceSite() {
        site.close();
        site = new Site();
    }

    private ItemResult look(String engine, String rest) throws Exception {
        recipe = TestRecipe.of("""
                {"engine": "%s", "start": {"url": "%s/a"}, "timeouts": {"step_ms": 15000}, %s}""".formatted(engine, site.url(), rest));
        context.slowDowns().clear();
        // A job of its own each time, so that no session of another one is gone on with.
        return SLOT.process(new ItemInput("job" + ++jobs, 1, "x", Map.of()), context);
    }

    private void isToldUnlessAbsent(Served served, ItemResult result, ItemState absent) {
        if (served.absent()) {
            assertThat(result.state()).isEqualTo(absent);
        } else {
            served.isTold(result, context.slowDowns());
        }
    }

    private static String outcomes(String found, String notFound) {
        return "\"outcomes\": {\"found\": [{%s}], \"not_found\": [{%s}]}".formatted(found, notFound);
    }

    @ParameterizedTest
    @MethodSource("everyStatus")
    void noElementOfAnErrorPageIsAnAnswer(String engine, Served served) throws Exception {
        // Any of them would do on a page of the recipe's own.
        String outcomes = outcomes(
                "\"selector\": \".hit\"}, {\"text\": \"An entry\"}, {\"url\": \"/a\"",
                "\"selector\": \".none\"}, {\"text\": \"No entry\"");
        site.answer("/a", exchange -> served.send(exchange, FOUND_PAGE));
        ItemResult refused = look(engine, outcomes);
        served.isTold(refused, context.slowDowns());
        assertThat(Objects.requireNonNull(refused.error()).message()).contains("does not list");

        replaceSite();
        site.answer("/a", exchange -> served.send(exchange, EMPTY_PAGE));
        isToldUnlessAbsent(served, look(engine, outcomes), ItemState.NOT_FOUND);
    }

    @ParameterizedTest
    @MethodSource("everyStatus")
    void aConditionThatNamesTheStatusIsTheAnswer(String engine, Served served) throws Exception {
        String status = ", \"status\": [" + served.status + "]";
        String named = outcomes("\"selector\": \".hit\"" + status, "\"selector\": \".none\"" + status);
        site.answer("/a", exchange -> served.send(exchange, FOUND_PAGE));
        assertThat(look(engine, named).state()).isEqualTo(ItemState.FOUND);

        replaceSite();
        site.answer("/a", exchange -> served.send(exchange, EMPTY_PAGE));
        assertThat(look(engine, named).state()).isEqualTo(ItemState.NOT_FOUND);
        assertThat(look(engine, outcomes("\"selector\": \".hit\"", "\"status\": [" + served.status + "]"))
                        .state())
                .isEqualTo(ItemState.NOT_FOUND);
    }

    @ParameterizedTest
    @MethodSource("everyStatus")
    void aRefusalThatTheRecipeKnowsComesWithAnyStatus(String engine, Served served) throws Exception {
        site.answer("/a", exchange -> served.send(exchange, EMPTY_PAGE + "<p id=wall>Go away</p>"));
        ItemResult result = look(engine, """
                "outcomes": {"blocked": [{"selector": "#wall"}], "not_found": [{"selector": ".none"}],
                  "found": [{"selector": ".hit"}]}""");
        assertThat(result.state()).isEqualTo(ItemState.BLOCKED);
        assertThat(Objects.requireNonNull(result.error()).code()).isEqualTo(ErrorCode.BLOCKED);
    }

    @ParameterizedTest
    @MethodSource("everyStatus")
    void aFurtherPageThatIsRefusedFailsTheItem(String engine, Served served) throws Exception {
        site.page("/a", FOUND_PAGE + "<ul><li>1</ul><a rel=next href=/b>next</a>");
        site.answer("/b", exchange -> served.send(exchange, EMPTY_PAGE));
        ItemResult result = look(engine, HIT_OR_NONE + """
                , "extract": {"rows": {"selector": "li", "take": "all"}},
                "pages": {"next": "a[rel=next]", "rows": "rows"}""");
        isToldUnlessAbsent(served, result, ItemState.FOUND);
    }

    @ParameterizedTest
    @MethodSource("everyStatus")
    void aLinkedPageThatIsRefusedFailsTheItem(String engine, Served served) throws Exception {
        site.page("/a", FOUND_PAGE + "<a class=more href=/b>more</a>");
        site.answer("/b", exchange -> served.send(exchange, EMPTY_PAGE));
        ItemResult result = look(engine, HIT_OR_NONE + """
                , "links": {"selector": "a.more", "into": "more", "extract": {"entry": {"selector": ".hit"}},
                  "outcomes": {"not_found": [{"selector": ".none"}], "found": [{"selector": ".hit"}]}}""");
        isToldUnlessAbsent(served, result, ItemState.FOUND);
    }

    @ParameterizedTest
    @MethodSource("everyStatus")
    void aStepThatWaitsInVainOnAnErrorPageIsNotToBlame(String engine, Served served) throws Exception {
        site.answer("/a", exchange -> served.send(exchange, EMPTY_PAGE));
        ItemResult result = look(engine, """
                "steps": [{"wait_for": {"selector": ".results", "state": "attached", "timeout_ms": 200}}],""" + outcomes("\"selector\": \".hit\"", "\"selector\": \".nothing\""));
        served.isTold(result, context.slowDowns());
        assertThat(Objects.requireNonNull(result.error()).step()).isEqualTo("steps[0]");
    }

    @Test
    void aPageThatAnErrorPageLeadsToHasTimeOfItsOwn() throws Exception {
        site.answer(
                "/a",
                exchange ->
                        Served.BROKEN.send(exchange, "<script>setTimeout(() => location.replace('/b'), 500)</script>"));
        site.page("/b", "<script>setTimeout(() => document.body.innerHTML = '<p class=hit>', 1500)</script>");

        ItemResult result = look("browser", HIT_OR_NONE);

        assertThat(result.state()).as("%s", result.error()).isEqualTo(ItemState.FOUND);
    }

    @ParameterizedTest
    @EnumSource(Served.class)
    void aLogInThatEndsOnAnErrorPageIsTriedAgainWhereTheSiteHasAFault(Served served) throws Exception {
        site.page("/a", FOUND_PAGE);
        site.answer("/in", exchange -> served.send(exchange, "<p class=in>Welcome</p>"));
        String fails = "\"wait_for\": {\"selector\": \"form\", \"state\": \"attached\", \"timeout_ms\": 200}";
        for (String step : List.of(fails, "\"wait_load\": {\"state\": \"load\"}")) {
            ItemResult result = look("browser", """
                    "session": {"keep": "job", "login": {"url": "%s/in", "steps": [{%s}],
                      "logged_in": [{"selector": ".in"}], "logged_out": [{"selector": ".out"}]}},""".formatted(site.url(), step) + HIT_OR_NONE);
            boolean refused = served.status != 429 && served.status < 500;
            assertThat(Objects.requireNonNull(result.error()).code())
                    .as("%s: %s", step, result.error())
                    .isEqualTo(refused ? ErrorCode.LOGIN : served.code);
            assertThat(result.worthRetry()).isEqualTo(!refused);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"browser", "http", "auto"})
    void anErrorWithoutAPageIsToldAlike(String engine) throws Exception {
        for (Served served : Served.values()) {
            replaceSite();
            site.answer("/a", exchange -> served.send(exchange, ""));
            served.isTold(
                    look(engine, outcomes("\"selector\": \"body\"", "\"selector\": \".none\"")), context.slowDowns());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "browser, application/problem+json, inline",
        "http, application/problem+json, inline",
        "browser, application/octet-stream, inline",
        "http, application/octet-stream, inline",
        "browser, text/html, attachment",
        "http, text/html, attachment",
        "auto, application/octet-stream, attachment"
    })
    void anErrorThatIsNoPageIsToldAlike(String engine, String type, String disposition) throws Exception {
        for (Served served :
                List.of(Served.FORBIDDEN, Served.ABSENT, Served.TOO_MANY_FOR_NOW, Served.BROKEN, Served.UNAVAILABLE)) {
            replaceSite();
            site.answer("/a", exchange -> {
                exchange.getResponseHeaders().set("Content-Disposition", disposition);
                served.send(exchange, type, "{\"title\": \"An error\"}");
            });
            served.isTold(
                    look(engine, outcomes("\"selector\": \"body\"", "\"selector\": \".none\"")), context.slowDowns());
        }
    }
}
