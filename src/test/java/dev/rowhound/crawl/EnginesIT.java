package dev.rowhound.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemError;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.recipe.Recipe;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One set of cases for all engines: within what the loader lets through, a recipe means the same in each. */
class EnginesIT {
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

    @ParameterizedTest
    @ValueSource(strings = {"browser", "http", "auto"})
    void selectorsFindTheSameElements(String name) throws Exception {
        site.page("/a", """
                <html lang=EN><body><main id=M class="Top top2" data-a="One two" data-b="x-y">
                <p>1</p><p class=odd>2</p><div>3</div><p>4<b>5</b></p><span></span><span><!-- c --></span><span> </span>
                <ul><li>a<li class="x y">b<li>c<li>d</ul>
                <input type=TEXT name=q required><a href="/A" rel="Next Nofollow">n</a>
                <noscript><i class=hidden>no</i></noscript><template><i class=hidden>no</i></template>
                </main></body></html>""");
        String[] selectors = {
            "main > p",
            "main p b",
            "p + div",
            "p ~ p",
            "p:first-child",
            "p:last-of-type",
            "p:nth-of-type(2)",
            "li:nth-child(odd)",
            "li:nth-child(2n)",
            "li:nth-child(-n+2)",
            "li:nth-last-child(3)",
            "li:not(.x)",
            "li.x.y",
            "li.X",
            "#m",
            "#M",
            ".top",
            ".Top",
            "[data-a='One two']",
            "[data-a='one two']",
            "[data-a='one two' i]",
            "[data-a~=two]",
            "[data-a~=tw]",
            "[data-b|=x]",
            "[data-a^=One]",
            "[data-a$=two]",
            "[data-a*='ne t']",
            "[data-a*='']",
            "input[type=text]",
            "input[type=\"text\"]",
            "[rel=next]",
            "[rel~=next]",
            "[required]",
            "span:empty",
            "main:has(> ul)",
            "main:has(ul.x)",
            "p:has(b), p:has(+ div)",
            ":is(p, div)",
            "div:only-of-type",
            "li:only-child",
            ":root",
            "html:root > body",
            "i.hidden",
            "noscript",
            "template",
            "p:where(.odd)",
            "*",
            "MAIN > P",
            "li:nth-child(3n + 1)",
            "p:not(:first-of-type):not(.odd)",
            "\\\\6d ain",
            "li:nth-last-of-type(-2n+3)",
            "ul li:nth-child(even), b"
        };
        JsonObject extract = new JsonObject();
        for (int i = 0; i < selectors.length; i++) {
            extract.put(
                    "f" + i,
                    new JsonObject()
                            .put("selector", selectors[i].replace("\\\\", "\\"))
                            .put("take", "count"));
        }
        JsonObject counts = found(name, "/a", "\"found\": [{\"selector\": \"main\"}]", extract)
                .fields();

        int[] expected = {
            3, 1, 1, 2, 1, 1, 1, 2, 2, 2, 1, 3, 1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 0, 1, 1, 2, 1, 0,
            2, 4, 1, 0, 1, 1, 0, 1, 1, 1, -1, 3, 2, 1, 1, 2, 3
        };
        for (int i = 0; i < selectors.length; i++) {
            if (expected[i] >= 0) {
                assertThat(counts.getInteger("f" + i)).as(selectors[i]).isEqualTo(expected[i]);
            }
        }
        assertThat(counts.getInteger("f46")).as("all elements").isEqualTo(22);
    }

    @ParameterizedTest
    @ValueSource(strings = {"browser", "http", "auto"})
    void fieldsOfEveryKind(String name) throws Exception {
        site.page("/dir/a", """
                <base href="/other/"><title>A &amp; B</title><body>
                <h1 id=t> Công&nbsp;ty <b>Á</b>&lt;x&gt;<br>B<script>no</script></h1>
                <p class=n>1.234.567</p><p class=d>Ngày 02/09/1945</p><p class=r>12,345.5 VND</p>
                <a class=u href="../x y?q=ü&amp;z=1#f">link</a><a class=v href=mailto:a@b.example>m</a>
                <div class=h data-x='a"b'>1 &lt; 2&nbsp;<br><i title="&quot;">x</i><!-- c --><img src=i.png></div>
                <table><tr><th>Name</th><th>Since</th></tr>
                <tr><td>An</td><td>01/02/2003</td><td><a href=an>more</a></td></tr>
                <tr><td>Bình <sup>2</sup></td><td></td></tr><tr><td>total</td><td>31/12/1999</td></tr></table>
                <ul><li>one 1<li>two 22<li>none</ul>""");
        JsonObject extract = new JsonObject("""
                {"title": {"selector": "title"}, "text": {"selector": "#t", "required": true},
                 "number": {"selector": ".n", "type": "integer"},
                 "price": {"selector": ".r", "type": "number", "pattern": "[0-9,.]+"},
                 "date": {"selector": ".d", "type": "date", "format": "dd/MM/yyyy", "pattern": "Ngày (.+)"},
                 "link": {"selector": ".u", "attribute": "href", "type": "url"},
                 "raw": {"selector": ".u", "attribute": "href"},
                 "html": {"selector": ".h", "html": true},
                 "data": {"selector": ".h", "attribute": "data-x"},
                 "absent": {"selector": ".none"}, "no_attribute": {"selector": ".h", "attribute": "id"},
                 "all": {"selector": "li", "take": "all", "pattern": "[0-9]+", "type": "integer"},
                 "count": {"selector": "li", "take": "count", "match": "o"},
                 "rows": {"selector": "tr", "match": "^(?!total)", "rows": {
                   "name": {"selector": "td:first-child"},
                   "since": {"selector": "td:nth-child(2)", "type": "date", "format": "dd/MM/yyyy"},
                   "more": {"selector": "a", "attribute": "href", "type": "url"},
                   "cells": {"selector": "td", "take": "count"}}}}""");
        JsonObject fields = found(name, "/dir/a", "\"found\": [{\"selector\": \"#t\"}]", extract)
                .fields();

        assertThat(fields)
                .isEqualTo(new JsonObject()
                        .put("title", "A & B")
                        .put("text", "Công ty Á<x> B")
                        .put("number", 1_234_567L)
                        .put("price", 12_345.5)
                        .put("date", "1945-09-02")
                        .put("link", site.url() + "/x%20y?q=%C3%BC&z=1#f")
                        .put("raw", "../x y?q=ü&z=1#f")
                        .put("html", "1 &lt; 2&nbsp;<br><i title=\"&quot;\">x</i><!-- c --><img src=\"i.png\">")
                        .put("data", "a\"b")
                        .put("all", new JsonArray().add(1L).add(22L))
                        .put("count", 3)
                        .put(
                                "rows",
                                new JsonArray()
                                        .add(new JsonObject()
                                                .put("name", "An")
                                                .put("since", "2003-02-01")
                                                .put("more", site.url() + "/other/an")
                                                .put("cells", 3))
                                        .add(new JsonObject()
                                                .put("name", "Bình 2")
                                                .put("cells", 2))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"browser", "http", "auto"})
    void outcomesAreToldInTheirOrder(String name) throws Exception {
        site.page("/found", "<p class=hit>x</p>");
        site.page("/none", 404, "<p>Nothing\n<b>here</b></p>");
        site.page("/hidden", "<p hidden>Nothing here</p><p style='display: none'>Nothing here</p>");
        site.page("/both", "<p>Nothing here</p><p class=hit>x</p><p>refused</p>");
        site.page("/forbidden", 403, "<p>?</p>");
        site.page("/slow", 429, "<p>?</p>");
        site.page("/gone", 410, "<p>?</p>");
        site.page("/broken", 500, "<p>?</p>");
        String outcomes = """
                "blocked": [{"text": "refused"}], "not_found": [{"text": "Nothing here", "url": "/"}],
                "found": [{"selector": ".hit", "text": "^x$", "status": [200]}]""";

        assertThat(process(name, "/found", outcomes, new JsonObject()).state()).isEqualTo(ItemState.FOUND);
        assertThat(process(name, "/none", outcomes, new JsonObject()).state()).isEqualTo(ItemState.NOT_FOUND);
        assertThat(error(name, "/hidden", outcomes).code()).isEqualTo(ErrorCode.UNRECOGNISED);
        ItemResult both = process(name, "/both", outcomes, new JsonObject());
        assertThat(both.state()).isEqualTo(ItemState.BLOCKED);
        ItemResult forbidden = process(name, "/forbidden", outcomes, new JsonObject());
        assertThat(forbidden.state()).isEqualTo(ItemState.BLOCKED);
        assertThat(Objects.requireNonNull(forbidden.error()).code()).isEqualTo(ErrorCode.BLOCKED);
        ItemResult slow = process(name, "/slow", outcomes, new JsonObject());
        assertThat(slow.state()).isEqualTo(ItemState.BLOCKED);
        assertThat(Objects.requireNonNull(slow.error()).code()).isEqualTo(ErrorCode.RATE_LIMITED);
        assertThat(error(name, "/gone", outcomes).code()).isEqualTo(ErrorCode.HTTP_4XX);
        assertThat(error(name, "/broken", outcomes).code()).isEqualTo(ErrorCode.HTTP_5XX);
    }

    @ParameterizedTest
    @ValueSource(strings = {"browser", "http", "auto"})
    void textComesOutOfEveryEncoding(String name) throws Exception {
        String nfc = "Trường Đại học Kỹ thuật";
        String nfd = Normalizer.normalize(nfc, Normalizer.Form.NFD);
        serve("/header", "text/html; charset=windows-1258", page("", "Phố Trần"), Charset.forName("windows-1258"));
        serve("/meta", "text/html", page("<meta charset=windows-1258>", "Đà Nẵng"), Charset.forName("windows-1258"));
        serve("/latin", "text/html", page("", "Café"), Charset.forName("windows-1252"));
        serve("/mark", "text/html; charset=iso-8859-1", "\ufeff" + page("", nfc), StandardCharsets.UTF_16LE);
        serve("/mark-be", "text/html", "\ufeff" + page("", nfc), StandardCharsets.UTF_16BE);
        serve("/utf-8", "text/html; charset=UTF-8", page("<meta charset=latin1>", nfd), StandardCharsets.UTF_8);

        assertThat(text(name, "/header")).isEqualTo(decoded("Phố Trần", "windows-1258"));
        assertThat(text(name, "/meta")).isEqualTo(decoded("Đà Nẵng", "windows-1258"));
        assertThat(text(name, "/latin")).isEqualTo("Café");
        assertThat(text(name, "/mark")).isEqualTo(nfc);
        assertThat(text(name, "/mark-be")).isEqualTo(nfc);
        assertThat(text(name, "/utf-8")).as("as it came").isEqualTo(nfd);
    }

    @ParameterizedTest
    @ValueSource(strings = {"browser", "http", "auto"})
    void redirectsAreFollowedAndCookiesKeptForTheItemAlone(String name) throws Exception {
        site.answer("/a", exchange -> {
            exchange.getResponseHeaders().set("Set-Cookie", "seen=1; Path=/");
            exchange.getResponseHeaders().set("Location", "/b/");
            exchange.sendResponseHeaders(302, -1);
        });
        site.answer("/b/", exchange -> Site.send(exchange, 200, "<meta http-equiv=refresh content='0; url=c?x=1'>"));
        site.answer("/b/c", exchange -> {
            String cookie = exchange.getRequestHeaders().getFirst("Cookie");
            Site.send(exchange, 200, "<p id=t>" + cookie + "</p><a href=d>d</a>");
        });
        for (int i = 0; i < 2; i++) {
            JsonObject extract = new JsonObject("""
                    {"cookie": {"selector": "#t"}, "link": {"selector": "a", "attribute": "href", "type": "url"}}""");
            ItemResult result = found(name, "/a", "\"found\": [{\"url\": \"/b/c\\\\?x=1$\"}]", extract);
            assertThat(result.fields())
                    .isEqualTo(new JsonObject().put("cookie", "seen=1").put("link", site.url() + "/b/d"));
            assertThat(Objects.requireNonNull(result.visit()).url()).isEqualTo(site.url() + "/b/c?x=1");
            assertThat(result.visit().status()).isEqualTo(200);
            site.requests().clear();
            site.answer(
                    "/again" + i,
                    exchange -> Site.send(
                            exchange,
                            200,
                            "<p id=t>" + exchange.getRequestHeaders().getFirst("Cookie") + "</p>"));
            assertThat(text(name, "/again" + i)).isEqualTo("null");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"browser", "http", "auto"})
    void linksAndPagesAreFollowed(String name) throws Exception {
        site.answer("/list", exchange -> {
            int page = Integer.parseInt("0" + Site.query(exchange).replaceAll("\\D", ""));
            String rows = "<li>%d-a <a class=d href=/item/%d>more</a><li>%d-b".formatted(page, page, page);
            // The last page leads back to the first.
            Site.send(exchange, 200, "<ul>" + rows + "</ul><a rel=next href='?p=" + (page == 2 ? "" : page + 1) + "'>");
        });
        site.answer("/item/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            boolean gone = path.endsWith("/1");
            Site.send(exchange, gone ? 404 : 200, gone ? "gone" : "<h2>Detail " + path.substring(6) + "</h2>");
        });
        recipe = TestRecipe.of("""
                {"engine": "%s", "start": {"url": "%s/list?p="},
                 "outcomes": {"found": [{"selector": "li"}]},
                 "extract": {"rows": {"selector": "li", "take": "all", "pattern": "^[^ ]+"}},
                 "links": {"selector": "a.d", "most": 10, "into": "details",
                   "outcomes": {"not_found": [{"status": [404]}], "found": [{"selector": "h2"}]},
                   "extract": {"headline": {"selector": "h2"}}},
                 "pages": {"next": "a[rel=next]", "rows": "rows", "most": 9}}""".formatted(name, site.url()));
        JsonObject fields = look().fields();

        assertThat(fields.getJsonArray("rows"))
                .isEqualTo(new JsonArray(List.of("0-a", "0-b", "1-a", "1-b", "2-a", "2-b")));
        assertThat(fields.getJsonArray("details"))
                .isEqualTo(new JsonArray()
                        .add(new JsonObject().put("headline", "Detail 0"))
                        .add(new JsonObject().put("headline", "Detail 2")));
        assertThat(site.requests())
                .filteredOn(request -> request.startsWith("/list"))
                .hasSize(3);

        recipe = TestRecipe.of("""
                {"engine": "%s", "start": {"url": "%s/list?p="},
                 "outcomes": {"found": [{"selector": "li"}]},
                 "extract": {"rows": {"selector": "li", "take": "all", "pattern": "^[^ ]+"}},
                 "links": {"selector": "a.d",
                   "outcomes": {"found": [{"selector": "h2"}]},
                   "extract": {"headline": {"selector": "h2"}}},
                 "pages": {"url": "%s/list{?p}&page={page}", "rows": "rows", "most": 2},
                 "robots": "ignore"}""".formatted(name, site.url(), site.url()).replace("{?p}&page={page}", "?p={page}"));
        assertThat(look().fields())
                .isEqualTo(new JsonObject()
                        .put("rows", new JsonArray(List.of("0-a", "0-b", "2-a", "2-b")))
                        .put("headline", "Detail 0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"browser", "http", "auto"})
    void waitsThatNeedNoBrowser(String name) throws Exception {
        site.page("/a", "<p id=t hidden>x</p><p class=hit>Total: 5</p>");
        String steps = """
                "steps": [{"wait_load": {"state": "domcontentloaded"}},
                  {"wait_for": {"selector": "#t", "state": "attached"}},
                  {"wait_text": {"selector": ".hit", "text": "Total: \\\\d"}}, {"wait_text": {"text": "Total"}},
                  {"wait_for": {"selector": ".none", "state": "attached", "optional": true, "timeout_ms": 200}}
                  %s], "timeouts": {"step_ms": 1000}, """;
        String rest = "\"start\": {\"url\": \"%s/a\"}, \"outcomes\": {\"found\": [{\"selector\": \".hit\"}]}}"
                .formatted(site.url());
        recipe = TestRecipe.of("{\"engine\": \"" + name + "\", " + steps.formatted("") + rest);
        assertThat(look().state()).isEqualTo(ItemState.FOUND);
        recipe = TestRecipe.of("{\"engine\": \"" + name + "\", "
                + steps.formatted(", {\"wait_for\": {\"selector\": \".none\", \"state\": \"attached\"}}") + rest);
        ItemResult missing = look();
        assertThat(Objects.requireNonNull(missing.error()).code()).isEqualTo(ErrorCode.SELECTOR_MISSING);
        assertThat(missing.error().step()).isEqualTo("steps[5]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"browser", "http", "auto"})
    void whatIsNoPageIsToldAlike(String name) throws Exception {
        site.answer("/empty", exchange -> exchange.sendResponseHeaders(204, -1));
        site.answer("/file", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
            exchange.sendResponseHeaders(200, 3);
            exchange.getResponseBody().write(new byte[3]);
        });
        site.answer("/loop", exchange -> {
            exchange.getResponseHeaders().set("Location", "/loop");
            exchange.sendResponseHeaders(302, -1);
        });
        site.answer("/robots.txt", exchange -> {
            byte[] rules = "User-agent: *\nDisallow: /private\n".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, rules.length);
            exchange.getResponseBody().write(rules);
        });
        site.page("/private/a", "<p>secret</p>");
        String found = "\"found\": [{\"text\": \"x\"}]";
        assertThat(error(name, "/empty", found).code()).isEqualTo(ErrorCode.NAVIGATION);
        assertThat(error(name, "/file", found).code()).isEqualTo(ErrorCode.NAVIGATION);
        assertThat(error(name, "/loop", found).code()).isEqualTo(ErrorCode.NAVIGATION);
        ItemResult asked = process(name, "/private/a", found, new JsonObject());
        assertThat(asked.state()).isEqualTo(ItemState.BLOCKED);
        assertThat(Objects.requireNonNull(asked.error()).code()).isEqualTo(ErrorCode.ROBOTS);
        assertThat(site.requests()).doesNotContain("/private/a");
    }

    @Test
    void aBrowserIsTakenWhereOneIsNeededAndThatIsRemembered() throws Exception {
        site.page("/a", "<div id=t></div><script>document.querySelector('#t').textContent = 'by script'</script>");
        site.page("/b", "<div id=t>plain</div>");
        ItemResult first = process("auto", "/a", "\"found\": [{\"selector\": \"#t\"}]", name());
        assertThat(first.fields().getString("name")).isEqualTo("by script");
        assertThat(Objects.requireNonNull(first.visit()).engine()).isEqualTo("browser");
        assertThat(site.requests()).filteredOn("/a"::equals).hasSize(2);

        assertThat(process("auto", "/a", "\"found\": [{\"selector\": \"#t\"}]", name())
                        .fields())
                .isEqualTo(first.fields());
        assertThat(site.requests()).filteredOn("/a"::equals).hasSize(3);

        try (Site other = new Site()) {
            other.page("/b", "<div id=t>plain</div>");
            Site mine = site;
            site = other;
            ItemResult plain = process("auto", "/b", "\"found\": [{\"selector\": \"#t\"}]", name());
            site = mine;
            assertThat(Objects.requireNonNull(plain.visit()).engine()).isEqualTo("http");
        }
    }

    private static JsonObject name() {
        return new JsonObject("{\"name\": {\"selector\": \"#t\", \"required\": true}}");
    }

    private void serve(String path, String type, String html, Charset charset) {
        site.answer(path, exchange -> {
            byte[] body = html.getBytes(charset);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        });
    }

    private static String page(String head, String text) {
        return "<html><head>" + head + "</head><body><p id=t>" + text + "</p></body></html>";
    }

    /** What of the text the encoding can hold. */
    private static String decoded(String text, String charset) {
        return new String(text.getBytes(Charset.forName(charset)), Charset.forName(charset));
    }

    private String text(String name, String path) throws Exception {
        ItemResult result = found(name, path, "\"found\": [{\"selector\": \"#t\"}]", name());
        return result.fields().getString("name");
    }

    private ItemError error(String name, String path, String outcomes) throws Exception {
        ItemResult result = process(name, path, outcomes, new JsonObject());
        assertThat(result.state()).as(path).isEqualTo(ItemState.FAILED);
        return Objects.requireNonNull(result.error());
    }

    private ItemResult found(String name, String path, String outcomes, JsonObject extract) throws Exception {
        ItemResult result = process(name, path, outcomes, extract);
        assertThat(result.state()).as(String.valueOf(result.error())).isEqualTo(ItemState.FOUND);
        return result;
    }

    private ItemResult process(String name, String path, String outcomes, JsonObject extract) throws Exception {
        recipe = TestRecipe.of("""
                {"engine": "%s", "start": {"url": "%s"}, "outcomes": {%s}, "extract": %s,
                 "timeouts": {"step_ms": 2500}, "evidence": {"screenshot": "never"}}""".formatted(name, site.url() + path, outcomes, extract.encode()));
        return look();
    }

    private static ItemResult look() throws Exception {
        return SLOT.process(new RecordingContext(60_000, step -> {}));
    }
}
