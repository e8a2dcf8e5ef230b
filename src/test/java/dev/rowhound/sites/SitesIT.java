package dev.rowhound.sites;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.front.Nginx;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemError;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.assertj.core.api.AbstractComparableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Looks things up on sites that nobody here wrote; what is expected was read there by a person. */
@Timeout(240)
class SitesIT {
    private static final JsonObject FORM = new JsonObject("""
            {
              "name": "kitchensink",
              "start": { "url": "%s/commands/actions.html" },
              "steps": [
                { "wait_load": { "state": "load" } },
                { "fill": { "selector": ".action-email", "value": "{key}" } },
                { "fill": { "selector": "#couponCode1", "value": "HALFOFF" } },
                { "click": { "selector": ".action-form button" } },
                { "check": { "selector": ".action-checkboxes [value=checkbox3]" } },
                { "check": { "selector": ".action-radios [value=radio2]" } },
                { "select": { "selector": "select.action-select", "value": "fr-bananas" } },
                { "hover": { "selector": ".action-btn" } },
                { "scroll": { "selector": "#scroll-horizontal button" } },
                { "click": { "selector": ".action-btn" } },
                { "wait_for": { "selector": ".popover" } }
              ],
              "outcomes": { "found": [{ "selector": ".action-form + p", "text": "submitted" }] },
              "extract": {
                "said": { "selector": ".action-form + p", "required": true },
                "popover": { "selector": ".popover-content", "required": true },
                "commands": { "selector": ".col-xs-7 h4", "take": "all" }
              }
            }
            """);

    private CrawlRunner runner;

    @TempDir
    static Path data;

    @BeforeEach
    void open() {
        // On the test's own thread, which the browser belongs to.
        runner = new CrawlRunner(data, new JsonObject());
    }

    @AfterEach
    void close() {
        runner.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"browser", "http", "auto"})
    void classesOfGuavaAreReadAlikeByEachEngine(String engine) throws Exception {
        try (Nginx site = Sites.serve(Sites.javadoc("guava"))) {
            JsonObject recipe = new JsonObject("""
                    {
                      "name": "guava-%s",
                      "engine": "%s",
                      "start": { "url": "%s/com/google/common/collect/{key}.html" },
                      "outcomes": {
                        "not_found": [{ "status": [404] }],
                        "found": [{ "selector": "#class-description" }]
                      },
                      "extract": {
                        "title": { "selector": "h1.title", "required": true },
                        "since": { "selector": ".notes dd", "pattern": "^[0-9]+[.][0-9]+$", "type": "number" },
                        "package": { "selector": "li > a[href='package-summary.html']" },
                        "page": { "selector": "li > a[href='package-summary.html']", "attribute": "href", "type": "url" },
                        "methods": {
                          "selector": "#method-summary .summary-table > .col-second:not(.table-header)",
                          "take": "count"
                        }
                      }
                    }
                    """.formatted(engine, engine, site.uri()));
            JsonObject table = found(runner.look(recipe, "Table"));
            assertThat(table.getString("title")).startsWith("Interface Table<R extends");
            assertThat(table.getString("package")).isEqualTo("com.google.common.collect");
            assertThat(table.getString("page"))
                    .isEqualTo(site.uri() + "/com/google/common/collect/package-summary.html");
            assertThat(table.getDouble("since")).isEqualTo(7.0);
            assertThat(table.getInteger("methods")).isEqualTo(21);
            assertThat(found(runner.look(recipe, "ImmutableList")).getString("title"))
                    .isEqualTo("Class ImmutableList<E>");
            assertThat(runner.look(recipe, "NoSuchCollection").state()).isEqualTo(ItemState.NOT_FOUND);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"browser", "http"})
    void theHandbookIsReadInVietnamese(String engine) throws Exception {
        try (Nginx site = Sites.serve(Sites.require("handbook"))) {
            JsonObject chapter = found(runner.look("""
                    {
                      "name": "handbook-%s",
                      "engine": "%s",
                      "start": { "url": "%s/{key}.html" },
                      "outcomes": { "found": [{ "selector": ".chapter .title" }] },
                      "extract": {
                        "title": { "selector": "h1.title", "required": true },
                        "sections": {
                          "selector": ".toc .section > a, .toc > dt > .section > a",
                          "rows": { "name": {}, "page": { "attribute": "href", "type": "url" } }
                        }
                      },
                      "links": {
                        "selector": "a[href='sect.apt-get.html']",
                        "into": "chapters",
                        "most": 2,
                        "outcomes": { "found": [{ "selector": ".section .title" }] },
                        "extract": { "parts": { "selector": "h3.title", "take": "all" } }
                      }
                    }
                    """.formatted(engine, engine, site.uri()), "apt"));
            assertThat(chapter.getString("title")).contains("Bảo trì và Cập nhật: Công cụ APT");
            JsonArray parts = chapter.getJsonArray("chapters").getJsonObject(0).getJsonArray("parts");
            assertThat(parts.getString(0)).isEqualTo("6.2.1. Khởi tạo");
            assertThat(parts.getString(1)).isEqualTo("6.2.2. Cài đặt và Gỡ bỏ");
        }
    }

    @Test
    void aFormWithManyControlsIsFilledIn() throws Exception {
        try (Nginx site = Sites.serve(Sites.require("kitchensink"))) {
            JsonObject fields =
                    found(runner.look(FORM.encode().replace("%s", site.uri().toString()), "a@example.org"));
            assertThat(fields.getString("said")).isEqualTo("Your form has been submitted!");
            assertThat(fields.getString("popover")).isEqualTo("This popover shows up on click");
            assertThat(fields.getJsonArray("commands").getList()).contains(".type()", ".select()");
        }
    }

    /** The application keeps its list in the page's storage, where the next look-up must not find it. */
    @Test
    void aListOfOneItemIsNotSeenByTheNext() throws Exception {
        try (Nginx site = Sites.serve(Sites.require("todomvc"))) {
            String recipe = """
                    {
                      "name": "todos",
                      "start": { "url": "%s/vanillajs/index.html" },
                      "steps": [
                        { "fill": { "selector": "#new-todo", "value": "{key}" } },
                        { "press": { "selector": "#new-todo", "key": "Enter" } }
                      ],
                      "outcomes": { "found": [{ "selector": "#todo-list li" }] },
                      "extract": {
                        "todos": { "selector": "#todo-list li label", "take": "all", "required": true },
                        "left": { "selector": "#todo-count", "pattern": "^([0-9]+)", "type": "integer", "required": true }
                      }
                    }
                    """.formatted(site.uri());
            for (String todo : new String[] {"Mua sữa", "Trả sách"}) {
                JsonObject fields = found(runner.look(recipe, todo));
                assertThat(fields.getJsonArray("todos")).isEqualTo(new JsonArray().add(todo));
                assertThat(fields.getInteger("left")).isEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"browser", "http"})
    void misbehaviourOfAServerIsTold(String engine) throws Exception {
        try (Program site = Program.httpbin()) {
            String recipe = """
                    {
                      "name": "httpbin-%s",
                      "engine": "%s",
                      "start": { "url": "%s/{+key}" },
                      "outcomes": {
                        "found": [{ "selector": "h1", "text": "Herman Melville" }],
                        "not_found": [{ "status": [404] }]
                      },
                      "extract": { "title": { "selector": "h1" } },
                      "robots": "ignore",
                      "timeouts": { "navigation_ms": 4000, "step_ms": 3000, "item_ms": 8000 }
                    }
                    """.formatted(engine, engine, site.uri());
            assertThat(found(runner.look(recipe, "html")).getString("title")).isEqualTo("Herman Melville - Moby-Dick");
            assertThat(found(runner.look(recipe, "redirect-to?url=/html")).getString("title"))
                    .isEqualTo("Herman Melville - Moby-Dick");
            assertThat(runner.look(recipe, "status/404").state()).isEqualTo(ItemState.NOT_FOUND);
            assertCode(runner.look(recipe, "status/500")).isEqualTo(ErrorCode.HTTP_5XX);
            assertThat(runner.look(recipe, "status/403").state()).isEqualTo(ItemState.BLOCKED);
            assertCode(runner.look(recipe, "delay/9")).isEqualTo(ErrorCode.TIMEOUT);
            assertCode(runner.look(recipe, "drip?duration=30&numbytes=30&delay=0"))
                    .isIn(ErrorCode.TIMEOUT, ErrorCode.NAVIGATION);
            assertCode(runner.look(recipe, "redirect/30")).isEqualTo(ErrorCode.NAVIGATION);
            assertCode(runner.look(recipe, "gzip")).isEqualTo(ErrorCode.UNRECOGNISED);
        }
    }

    @Test
    void aCaptchaIsAnsweredByAPerson() throws Exception {
        try (Program site = Program.captcha()) {
            String recipe = """
                    {
                      "name": "captcha",
                      "start": { "url": "%s/entry/{key}" },
                      "outcomes": {
                        "needs_human": [{
                          "selector": "form.captcha",
                          "ask": {
                            "prompt": "Type the letters.",
                            "picture": ".picture",
                            "answer": { "fill": "input[name=text]", "then": [{ "click": { "selector": "button" } }] },
                            "wait_ms": 5000
                          }
                        }],
                        "found": [{ "selector": ".entry" }]
                      },
                      "extract": { "entry": { "selector": ".entry", "required": true } }
                    }
                    """.formatted(site.uri());
            runner.ask(question -> Optional.of(
                    runner.questions().size() == 1
                            ? "wrong"
                            : solution(site.uri(), "/solution/" + solution(site.uri(), "/last/"))));
            assertThat(found(runner.look(recipe, "k1")).getString("entry")).isEqualTo("Entry k1");
            assertThat(runner.questions()).hasSize(2).allSatisfy(question -> {
                assertThat(question.text()).isTrue();
                assertThat(question.picture()).startsWith(0x89, 'P', 'N', 'G');
            });
            runner.ask(question -> Optional.empty());
            assertCode(runner.look(recipe, "k2")).isEqualTo(ErrorCode.UNANSWERED);
        }
    }

    private static String solution(URI site, String path) {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(site.resolve(path)).build(),
                            HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8))
                    .body();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonObject found(ItemResult result) {
        assertThat(result.state()).as(() -> String.valueOf(result.error())).isEqualTo(ItemState.FOUND);
        return result.fields();
    }

    private static AbstractComparableAssert<?, ErrorCode> assertCode(ItemResult result) {
        ItemError error = Objects.requireNonNull(result.error(), () -> "it came to " + result.state());
        return assertThat(error.code()).as("%s", error);
    }
}
