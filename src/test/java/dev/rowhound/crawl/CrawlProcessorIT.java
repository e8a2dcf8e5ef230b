package dev.rowhound.crawl;

import static dev.rowhound.crawl.TestRecipe.field;
import static dev.rowhound.crawl.TestRecipe.selector;
import static dev.rowhound.crawl.TestRecipe.status;
import static dev.rowhound.crawl.TestRecipe.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.crawl.view.Deadline;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemError;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.recipe.Field;
import dev.rowhound.recipe.Outcomes.Condition;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.Step;
import dev.rowhound.recipe.pattern.BoundedPattern;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What pages come to, looked up by a real Chromium. */
class CrawlProcessorIT {
    private static final String FOUND =
            "<title>A</title><div class=found><h1 id=name>  Công ty\n <b>Alpha</b> </h1></div>";

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

    @Test
    void found() throws Exception {
        site.page("/a", FOUND);
        RecordingContext context = new RecordingContext(30_000, step -> {});
        recipe = TestRecipe.at(site.url() + "/a").build();
        ItemResult result = bare(SLOT.process(input("x"), context));
        assertThat(result).isEqualTo(ItemResult.found(new JsonObject().put("name", "Công ty Alpha")));
        assertThat(context.steps()).startsWith("browser", "start", "outcome");
    }

    @Test
    void keyIsEscapedInTheAddress() throws Exception {
        site.page("/", FOUND);
        assertFound(TestRecipe.at(site.url() + "/c/{key}?q={note}"), "a/b ü&?", Map.of("note", "x=1&y #"));
        assertThat(site.requests()).contains("/c/a%2Fb%20%C3%BC%26%3F?q=x%3D1%26y%20%23");
    }

    @Test
    void fieldFilledInByScriptIsWaitedFor() throws Exception {
        site.page("/a", """
                <div class=found><h1 id=name></h1><i id=count>loading</i></div>
                <script>setTimeout(() => { document.querySelector('#name').textContent = 'Late';
                document.querySelector('#count').textContent = '1.234'; }, 700)</script>""");
        ItemResult result = process(
                TestRecipe.at(site.url() + "/a").field("count", field("#count", Field.Take.FIRST, Field.Type.INTEGER)));
        assertThat(result.fields())
                .isEqualTo(new JsonObject().put("name", "Late").put("count", 1234L));
    }

    @Test
    void fieldsAreTakenAsTheRecipeSays() throws Exception {
        site.page("/a", """
                <div class=found id=name>A<br>B<p>C</p>D<script>var no = 1</script></div>
                <ul><li class="a b">one&nbsp; 1</li><li>two 2</li><li>none</li></ul>
                <a href="/x?y=1">there</a><b>12.50</b>""");
        Field numbers =
                new Field("li", null, null, Field.Take.ALL, BoundedPattern.compile("\\d"), Field.Type.INTEGER, true);
        Field matching =
                new Field("li", null, BoundedPattern.compile("o"), Field.Take.COUNT, null, Field.Type.STRING, true);
        Field link = new Field("a", "href", null, Field.Take.FIRST, null, Field.Type.STRING, true);
        Field byText = field("li:has-text(\"two\")");
        Field forgiving = field(":is(li:has-text(\"two\"), .none)");
        Field absent = new Field("#absent", null, null, Field.Take.FIRST, null, Field.Type.STRING, false);
        ItemResult result = process(TestRecipe.at(site.url() + "/a")
                .field("numbers", numbers)
                .field("matching", matching)
                .field("link", link)
                .field("by_text", byText)
                .field("forgiving", forgiving)
                .field("price", field("b", Field.Take.FIRST, Field.Type.NUMBER))
                .field("none", field("#absent", Field.Take.COUNT, Field.Type.INTEGER))
                .field("absent", absent));
        assertThat(result)
                .isEqualTo(ItemResult.found(new JsonObject()
                        .put("name", "A B C D")
                        .put("numbers", new JsonArray().add(1L).add(2L))
                        .put("matching", 3)
                        .put("link", "/x?y=1")
                        .put("by_text", "two 2")
                        .put("forgiving", "two 2")
                        .put("price", 12.5)
                        .put("none", 0)));
    }

    @Test
    void strictPagesAndBentLibrariesAreReadToo() throws Exception {
        site.answer("/a", exchange -> {
            exchange.getResponseHeaders()
                    .set("Content-Security-Policy", "default-src 'none'; require-trusted-types-for 'script'");
            Site.send(exchange, 200, FOUND);
        });
        site.page(
                "/b",
                "<script>Array.prototype.toJSON = () => 'bent'; String.prototype.toJSON = () => 'bent';"
                        + "Object.prototype.toJSON = () => 'bent';</script>" + FOUND);
        assertFound(TestRecipe.at(site.url() + "/a"), "x", Map.of());
        assertFound(TestRecipe.at(site.url() + "/b"), "x", Map.of());
    }

    @Test
    void notFoundNeedsWhatTheReaderSees() throws Exception {
        site.page("/a", "<p>No such\ncompany</p><p>No such company</p>");
        site.page("/b", 404, "<p>No such company</p>");
        site.page("/c", "<p hidden>No such company</p>");
        assertThat(process(TestRecipe.at(site.url() + "/a"))).isEqualTo(ItemResult.notFound());
        assertThat(process(TestRecipe.at(site.url() + "/b"))).isEqualTo(ItemResult.notFound());
        assertFailed(process(TestRecipe.at(site.url() + "/c").limits(5_000, 300, 5_000)), ErrorCode.UNRECOGNISED);
    }

    @Test
    void blockedIsNeverToldAsNotFound() throws Exception {
        site.page("/a", 403, "<p>No such company</p>");
        site.page("/b", "<p>No such company</p><p>We are checking your browser</p>" + FOUND);
        // What tells of the refusal arrives late, below what looks like an answer.
        site.answer("/c", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody()
                    .write("<p>No such company</p>".repeat(100).getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            site.hold(Duration.ofMillis(600));
            exchange.getResponseBody().write("<p id=challenge>Are you human?</p>".getBytes(StandardCharsets.UTF_8));
        });
        for (String path : new String[] {"/a", "/b", "/c"}) {
            ItemResult result = process(TestRecipe.at(site.url() + path));
            assertThat(result.state()).as(path).isEqualTo(ItemState.BLOCKED);
            assertThat(Objects.requireNonNull(result.error()).code()).isEqualTo(ErrorCode.BLOCKED);
        }
    }

    @Test
    void pageWithoutAnOutcomeIsUnrecognised() throws Exception {
        site.page("/a", "<p>Something else</p>");
        ItemError result = assertFailed(
                process(TestRecipe.at(site.url() + "/a").limits(5_000, 500, 10_000)), ErrorCode.UNRECOGNISED);
        assertThat(result.step()).isEqualTo("outcome");
    }

    @Test
    void errorStatusIsToldUnlessAnOutcomeNamesIt() throws Exception {
        site.page("/500", 500, "<p>Oops</p>");
        site.page("/410", 410, "<p>Oops</p>");
        site.page("/late", 404, "<script>setTimeout(() => document.body.innerHTML = `" + FOUND + "`, 300)</script>");
        Deadline quick = Deadline.in(8_000);
        assertFailed(process(TestRecipe.at(site.url() + "/500").limits(5_000, 20_000, 60_000)), ErrorCode.HTTP_5XX);
        assertFailed(process(TestRecipe.at(site.url() + "/410").limits(5_000, 20_000, 60_000)), ErrorCode.HTTP_4XX);
        assertThat(quick.over())
                .as("an error page does not cost the whole step")
                .isFalse();
        assertThat(process(TestRecipe.at(site.url() + "/410").notFound(status(410))))
                .isEqualTo(ItemResult.notFound());
        Condition named = new Condition(".found", null, List.of(404), null);
        assertFound(TestRecipe.at(site.url() + "/late").found(named), "x", Map.of());
    }

    @Test
    void missingAndMistypedFieldsAreTold() throws Exception {
        site.page("/a", "<div class=found><p id=count>many</p></div>");
        ItemError missing = assertFailed(
                process(TestRecipe.at(site.url() + "/a").limits(5_000, 300, 10_000)), ErrorCode.SELECTOR_MISSING);
        assertThat(missing.step()).isEqualTo("extract.name");
        ItemError invalid = assertFailed(
                process(TestRecipe.at(site.url() + "/a")
                        .withoutFields()
                        .field("count", field("#count", Field.Take.FIRST, Field.Type.INTEGER))
                        .limits(5_000, 300, 10_000)),
                ErrorCode.FIELD_INVALID);
        assertThat(invalid.step()).isEqualTo("extract.count");
        assertThat(invalid.message()).contains("\"many\"", "whole number");
    }

    @Test
    void formIsFilledInAndSent() throws Exception {
        // The form's own page shows an outcome of the recipe too: it must not be judged once the form is sent.
        site.page(
                "/form",
                "<p>No such company</p><form action=/slow><input name=q><button type=submit>Go</button></form>");
        site.answer("/slow", exchange -> {
            site.hold(Duration.ofMillis(800));
            Site.send(exchange, 200, "<div class=found id=name>" + Site.query(exchange) + "</div>");
        });
        Step fill = new Step.Fill("input", "{key} {note}", 0, false);
        ItemResult pressed = process(
                TestRecipe.at(site.url() + "/form")
                        .step(new Step.WaitFor("form", 0, false))
                        .step(fill)
                        .step(new Step.Press("input", "Enter", 0, false)),
                "a",
                Map.of("note", "b"));
        assertThat(pressed.fields()).isEqualTo(new JsonObject().put("name", "q=a+b"));
        ItemResult clicked = process(
                TestRecipe.at(site.url() + "/form")
                        .step(new Step.Click("#cookies", 200, true))
                        .step(fill)
                        .step(new Step.Click("button:has-text(\"Go\")", 0, false)),
                "c",
                Map.of("note", "d"));
        assertThat(clicked.fields()).isEqualTo(new JsonObject().put("name", "q=c+d"));
    }

    @Test
    void stepThatCannotBeDoneIsTold() throws Exception {
        site.page("/a", FOUND + "<input id=hidden hidden>");
        ItemError missing = assertFailed(
                process(TestRecipe.at(site.url() + "/a").step(new Step.Click("#absent", 300, false))),
                ErrorCode.SELECTOR_MISSING);
        assertThat(missing.step()).isEqualTo("steps[0]");
        assertFailed(
                process(TestRecipe.at(site.url() + "/a").step(new Step.Click("#hidden", 300, false))),
                ErrorCode.TIMEOUT);
        assertFailed(
                process(TestRecipe.at(site.url() + "/a").step(new Step.Fill("h1", "x", 300, false))),
                ErrorCode.SELECTOR_MISSING);
        assertFailed(
                process(TestRecipe.at(site.url() + "/a").step(new Step.Fill("h1", "{nowhere}", 300, false))),
                ErrorCode.INVALID_INPUT);
        assertFailed(
                process(TestRecipe.at(site.url() + "/a").found(selector("li[[")).limits(5_000, 300, 5_000)),
                ErrorCode.UNRECOGNISED);
    }

    @Test
    void pageThatCannotBeOpenedIsTold() throws Exception {
        int closed;
        try (Site gone = new Site()) {
            closed = gone.port();
        }
        site.answer("/empty", exchange -> exchange.sendResponseHeaders(204, -1));
        site.answer("/file", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
            exchange.sendResponseHeaders(200, 3);
            exchange.getResponseBody().write(new byte[3]);
        });
        site.page("/link", "<a href='http://127.0.0.1:" + closed + "/'>go</a>");
        assertFailed(process(TestRecipe.at("http://127.0.0.1:" + closed)), ErrorCode.NAVIGATION);
        assertFailed(process(TestRecipe.at("http://no-such-host.invalid/")), ErrorCode.DNS);
        CompletableFuture<Void> answered;
        try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            answered = CompletableFuture.runAsync(() -> answerPlainly(plain));
            assertFailed(process(TestRecipe.at("https://127.0.0.1:" + plain.getLocalPort())), ErrorCode.TLS);
        }
        answered.join();
        assertFailed(process(TestRecipe.at(site.url() + "/empty")), ErrorCode.NAVIGATION);
        assertFailed(process(TestRecipe.at("file:///etc/passwd")), ErrorCode.NAVIGATION);
        assertFailed(
                process(TestRecipe.at(site.url() + "/link").step(new Step.Click("a", 0, false))), ErrorCode.NAVIGATION);
        ItemError download = assertFailed(process(TestRecipe.at(site.url() + "/file")), ErrorCode.NAVIGATION);
        assertThat(download.message()).contains("download");
    }

    @Test
    void hostThatNeverAnswersTimesOut() throws Exception {
        site.answer("/a", exchange -> site.hold(Duration.ofSeconds(20)));
        ItemError step =
                assertFailed(process(TestRecipe.at(site.url() + "/a").limits(500, 5_000, 10_000)), ErrorCode.TIMEOUT);
        assertThat(step.message()).contains("500 ms");
        ItemError item =
                assertFailed(process(TestRecipe.at(site.url() + "/a").limits(5_000, 5_000, 700)), ErrorCode.TIMEOUT);
        assertThat(item.message()).contains("700 ms");
        recipe = TestRecipe.at(site.url() + "/a").build();
        assertFailed(SLOT.process(input("x"), new RecordingContext(600, s -> {})), ErrorCode.TIMEOUT);
    }

    @Test
    void pageThatNeverEndsTimesOut() throws Exception {
        site.answer("/a", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody()
                    .write("<p>No such company</p>".repeat(100).getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            site.hold(Duration.ofSeconds(20));
        });
        assertFailed(process(TestRecipe.at(site.url() + "/a").limits(5_000, 700, 10_000)), ErrorCode.TIMEOUT);
    }

    @Test
    void imageThatNeverArrivesIsNotWaitedFor() throws Exception {
        site.answer("/image", exchange -> site.hold(Duration.ofSeconds(20)));
        site.page("/a", FOUND + "<img src=/image>");
        Deadline quick = Deadline.in(10_000);
        assertFound(TestRecipe.at(site.url() + "/a"), "x", Map.of());
        assertThat(quick.over()).isFalse();
    }

    @Test
    void pageInAnEndlessLoopTimesOutAndTheNextItemWorks() throws Exception {
        site.page("/inline", "<p>No such company</p><script>while (true) {}</script>");
        site.page("/later", "<script>setTimeout(() => { while (true) {} }, 300)</script>");
        site.page("/a", FOUND);
        assertFailed(process(TestRecipe.at(site.url() + "/inline")), ErrorCode.TIMEOUT);
        assertFound(TestRecipe.at(site.url() + "/a"), "x", Map.of());
        assertFailed(process(TestRecipe.at(site.url() + "/later")), ErrorCode.TIMEOUT);
        assertFound(TestRecipe.at(site.url() + "/a"), "x", Map.of());
    }

    @Test
    void dialogsAndPopupsDoNotHold() throws Exception {
        site.page("/popup", "<script>window.open('/popup2')</script>");
        site.page("/popup2", "<script>alert('popup')</script>");
        site.page(
                "/a",
                "<script>window.open('/popup'); alert('a'); confirm('b'); prompt('c');"
                        + "addEventListener('beforeunload', e => { e.preventDefault(); e.returnValue = 'stay'; });"
                        + "setTimeout(() => alert('late'), 100)</script>" + FOUND);
        assertFound(TestRecipe.at(site.url() + "/a"), "x", Map.of());
        assertFound(TestRecipe.at(site.url() + "/a"), "x", Map.of());
    }

    @Test
    void pageThatClosesItselfIsUnrecognised() throws Exception {
        site.page("/a", "<script>setTimeout(() => window.close(), 200)</script>");
        site.page("/b", FOUND);
        assertFailed(process(TestRecipe.at(site.url() + "/a")), ErrorCode.UNRECOGNISED);
        assertFound(TestRecipe.at(site.url() + "/b"), "x", Map.of());
    }

    @Test
    void nothingOfAnItemIsSeenByTheNext() throws Exception {
        site.page("/a", """
                <div class=found id=name></div><script>
                const seen = document.cookie + (localStorage.mark || '') + (sessionStorage.mark || '') + window.name;
                document.querySelector('#name').textContent = 'seen: [' + seen + ']';
                document.cookie = 'mark=1; max-age=1000'; localStorage.mark = '2'; sessionStorage.mark = '3';
                window.name = '4';</script>""");
        for (int i = 0; i < 2; i++) {
            assertThat(process(TestRecipe.at(site.url() + "/a")).fields().getString("name"))
                    .isEqualTo("seen: []");
        }
    }

    @Test
    void textAndStatusMustHoldTogether() throws Exception {
        site.page("/a", "<p class=m>nothing here</p><p class=m>gone</p>");
        Condition gone =
                new Condition(".m", BoundedPattern.compile("^gone$"), List.of(200), BoundedPattern.compile("/a$"));
        assertThat(process(TestRecipe.at(site.url() + "/a").notFound(gone))).isEqualTo(ItemResult.notFound());
        Condition other = new Condition(".m", BoundedPattern.compile("^gone$"), List.of(404), null);
        assertFailed(
                process(TestRecipe.at(site.url() + "/a")
                        .notFound(other, text("never"))
                        .limits(5_000, 200, 5_000)),
                ErrorCode.UNRECOGNISED);
    }

    /** Greets each visitor in plain text until the socket is closed. */
    private static void answerPlainly(ServerSocket socket) {
        while (!socket.isClosed()) {
            try (Socket visitor = socket.accept()) {
                visitor.getOutputStream().write("220 ready\r\n".getBytes(StandardCharsets.US_ASCII));
                // All of it, since a close with something unread takes back what was written.
                visitor.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                // The visitor has gone, or the socket was closed.
            }
        }
    }

    private static ItemInput input(String key) {
        return new ItemInput("job", 1, key, Map.of());
    }

    private static ItemResult process(TestRecipe built) throws Exception {
        return process(built, "x", Map.of());
    }

    private static ItemResult process(TestRecipe built, String key, Map<String, String> columns) throws Exception {
        recipe = built.build();
        return bare(SLOT.process(new ItemInput("job", 1, key, columns), new RecordingContext(60_000, step -> {})));
    }

    /** The result without where it got to. */
    private static ItemResult bare(ItemResult result) {
        return new ItemResult(result.state(), result.fields(), result.error());
    }

    private static void assertFound(TestRecipe built, String key, Map<String, String> columns) throws Exception {
        ItemResult result = process(built, key, columns);
        assertThat(result).isEqualTo(ItemResult.found(new JsonObject().put("name", "Công ty Alpha")));
    }

    private static ItemError assertFailed(ItemResult result, ErrorCode code) {
        assertThat(result.state()).isEqualTo(ItemState.FAILED);
        ItemError error = Objects.requireNonNull(result.error());
        assertThat(error.code()).as(error.message()).isEqualTo(code);
        return error;
    }
}
