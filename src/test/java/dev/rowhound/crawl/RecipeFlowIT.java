package dev.rowhound.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.config.JsonReader;
import dev.rowhound.config.Problems;
import dev.rowhound.crawl.view.Deadline;
import dev.rowhound.egress.EgressConfig;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.Evidence;
import dev.rowhound.job.ItemContext;
import dev.rowhound.job.ItemError;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.PendingAnswer;
import dev.rowhound.job.Question;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.Step;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a recipe says is done in a real browser: steps, questions to a person, log-ins, pages, challenges. */
class RecipeFlowIT {
    private static final Site SITE = new Site();

    private static Recipe recipe = TestRecipe.at("").build();

    @RegisterExtension
    static final TestSlot SLOT = new TestSlot(RecipeFlowIT::config, () -> recipe);

    private Site site;
    private Person person;

    /** Answers questions, each with the next answer; null is none. */
    private static final class Person implements ItemContext {
        private final Deque<Optional<String>> answers = new ArrayDeque<>();
        private final List<Question> questions = new ArrayList<>();
        private final List<Evidence> evidence = new ArrayList<>();
        private final Deadline end = Deadline.in(120_000);

        @Override
        public void progress(String step) {}

        @Override
        public long remainingMillis() {
            return end.leftMillis();
        }

        @Override
        public void evidence(Evidence file) {
            evidence.add(file);
        }

        @Override
        public PendingAnswer ask(Question question) {
            questions.add(question);
            Optional<String> answer = answers.isEmpty() ? Optional.empty() : answers.poll();
            Deadline soon = Deadline.in(300);
            return new PendingAnswer() {
                @Override
                public Optional<String> text() {
                    return soon.over() ? answer : Optional.empty();
                }

                @Override
                public boolean over() {
                    return soon.over();
                }

                @Override
                public String reason() {
                    return "nobody was there";
                }
            };
        }
    }

    private static CrawlConfig config() {
        Problems problems = new Problems("test");
        EgressConfig egress = TestConfig.LOOPBACK.egress();
        CrawlConfig config = CrawlConfig.from(new JsonReader(new JsonObject("""
                {"secrets": {"password": {"value": "open sesame", "for": ["127.0.0.1:%d"]},
                             "elsewhere": {"value": "other", "for": ["example.org"]}}}""".formatted(SITE.port())), problems))
                .with(egress);
        problems.throwIfAny();
        return config;
    }

    @AfterAll
    static void stop() {
        SITE.close();
    }

    @BeforeEach
    void open() {
        site = new Site();
        person = new Person();
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void everyStepIsDone() throws Exception {
        site.page("/a", """
                <form><input id=q><select id=s><option value=1>One<option value=2>Two</select>
                <input type=checkbox id=c><input type=checkbox id=d checked><input type=checkbox id=e checked>
                <p id=h>hover</p><button type=button id=b>go</button></form><div id=wheel>wait</div><p id=out></p>
                <div style='height: 3000px'></div><p id=end>end</p><script>
                const log = [], $ = id => document.getElementById(id);
                $('q').onkeydown = e => log.push('key ' + e.key);
                document.body.onkeydown = e => { if (e.target === document.body) log.push('page ' + e.key); };
                $('h').onmouseover = () => { if (!log.includes('hover')) log.push('hover'); };
                $('b').onclick = () => fetch('/api/x?later').then(() => {
                  log.push(['$q', $('q').value, $('s').value, $('c').checked, $('d').checked, $('e').checked].join(' '));
                  setTimeout(() => { $('wheel').remove(); $('out').textContent = log.join('; '); }, 200); });
                new IntersectionObserver(e => { if (e[0].isIntersecting) log.push('end'); }).observe($('end'));
                </script>""");
        site.answer("/api/x", exchange -> Site.send(exchange, 200, "ok"));
        recipe = recipe("""
                "steps": [{"fill": {"selector": "#q", "value": "{key}!"}}, {"press": {"selector": "#q", "key": "End"}},
                  {"select": {"selector": "#s", "value": "Two"}}, {"check": {"selector": "#c"}},
                  {"check": {"selector": "#d"}}, {"uncheck": {"selector": "#e"}}, {"hover": {"selector": "#h"}},
                  {"click": {"selector": "#missing", "optional": true, "timeout_ms": 100}},
                  {"scroll": {}}, {"wait_for": {"selector": "#end"}}, {"scroll": {"selector": "#q"}},
                  {"click": {"selector": "#b"}}, {"wait_response": {"url": "/api/x\\\\?later"}},
                  {"wait_for": {"selector": "#wheel", "state": "hidden"}},
                  {"wait_text": {"selector": "#out", "text": "true true false"}},
                  {"wait_load": {"state": "networkidle"}}],
                "outcomes": {"found": [{"selector": "#out"}]}, "extract": {"log": {"selector": "#out"}}""");
        assertThat(recipe.steps().stream().<Class<?>>map(Step::getClass))
                .as("every kind of step")
                .containsOnly(Step.class.getPermittedSubclasses());
        ItemResult result = look();
        assertThat(result.fields().getString("log"))
                .as(String.valueOf(result.error()))
                .isEqualTo("key End; hover; end; $q x! 2 true true false");
        assertThat(Objects.requireNonNull(result.visit()).steps())
                .extracting(time -> time.step())
                .contains("start", "steps[0]", "steps[15]", "outcome", "extract");

        recipe = recipe("""
                "steps": [{"wait_text": {"text": "never", "timeout_ms": 300}}], "outcomes": {"found": [{"text": "x"}]}""");
        ItemError error = Objects.requireNonNull(look().error());
        assertThat(error.code()).isEqualTo(ErrorCode.TIMEOUT);
        assertThat(error.step()).isEqualTo("steps[0]");
        assertThat(person.evidence).extracting(Evidence::name).containsExactly("screenshot.png");
        recipe = recipe("""
                "steps": [{"wait_response": {"url": "never", "timeout_ms": 300}}], "outcomes": {"found": [{"text": "x"}]}""");
        assertThat(Objects.requireNonNull(look().error()).message()).contains("a response from a URL like never");
    }

    @Test
    void aStepWaitsForTheScriptsThatHearIt() throws Exception {
        site.page("/a", """
                <input id=q><p id=out></p><script src='/late.js'></script>""");
        site.answer("/late.js", exchange -> {
            site.hold(Duration.ofMillis(700));
            Site.send(exchange, "text/javascript", """
                    document.getElementById('q').onkeydown = e => {
                      if (e.key === 'Enter') document.getElementById('out').textContent = 'heard ' + e.target.value; };""");
        });
        recipe = recipe("""
                "steps": [{"fill": {"selector": "#q", "value": "{key}"}}, {"press": {"selector": "#q", "key": "Enter"}}],
                "outcomes": {"found": [{"selector": "#out", "text": "heard"}]}, "extract": {"said": {"selector": "#out"}}""");
        ItemResult result = look();
        assertThat(result.fields().getString("said"))
                .as(String.valueOf(result.error()))
                .isEqualTo("heard x");
    }

    @Test
    void aStepIsDoneOnAPageThatGoesOnArriving() throws Exception {
        site.answer("/a", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody()
                    .write("<button onclick=\"location='/b'\">go</button>".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            site.hold(Duration.ofSeconds(60));
        });
        site.page("/b", "<p class=hit>there</p>");
        recipe = recipe("""
                "steps": [{"click": {"selector": "button", "timeout_ms": 2000}}],
                "outcomes": {"found": [{"selector": ".hit"}]}""");
        ItemResult result = look();
        assertThat(result.state()).as(String.valueOf(result.error())).isEqualTo(ItemState.FOUND);
    }

    @Test
    void aPersonIsAskedUntilTheAnswerIsRight() throws Exception {
        site.answer("/a", exchange -> {
            String answer = Site.query(exchange).replaceFirst("^x=", "");
            Site.send(
                    exchange,
                    200,
                    answer.equals("right")
                            ? "<p class=hit>done</p>"
                            : "<form class=captcha><img id=p alt=p width=20 height=10><p>" + answer
                                    + "</p><input name=x><button>go</button></form><p>verify that you are human</p>");
        });
        recipe = recipe("""
                "outcomes": {"needs_human": [{"selector": "form.captcha", "ask": {"prompt": "Type it.", "picture": "#p",
                    "answer": {"fill": "input", "then": [{"click": {"selector": "button"}}]}}}],
                  "found": [{"selector": ".hit"}]}, "extract": {"name": {"selector": ".hit"}}""");
        person.answers.addAll(List.of(Optional.of("wrong"), Optional.of("right")));
        ItemResult result = look();
        assertThat(result.fields()).as(String.valueOf(result.error())).isEqualTo(new JsonObject().put("name", "done"));
        assertThat(person.questions).hasSize(2).allSatisfy(question -> {
            assertThat(question.prompt()).isEqualTo("Type it.");
            assertThat(question.text()).isTrue();
            assertThat(question.page()).startsWith(site.url());
            assertThat(question.picture()).startsWith((byte) 0x89, (byte) 'P', (byte) 'N', (byte) 'G');
        });
        assertThat(person.questions).extracting(Question::rejected).containsExactly(false, true);
        assertThat(person.questions).extracting(Question::triesLeft).containsExactly(3, 2);

        person.answers.addAll(List.of(Optional.of("a"), Optional.of("b"), Optional.of("c"), Optional.of("right")));
        assertThat(Objects.requireNonNull(look().error()).message()).contains("still asks after 3 answers");
        person.answers.clear();
        ItemError none = Objects.requireNonNull(look().error());
        assertThat(none.code()).isEqualTo(ErrorCode.UNANSWERED);
        assertThat(none.message()).isEqualTo("A person was asked: Type it. nobody was there");
    }

    @Test
    void goOnOpensThePageAgain() throws Exception {
        AtomicInteger visits = new AtomicInteger();
        site.answer(
                "/a",
                exchange -> Site.send(
                        exchange,
                        200,
                        visits.incrementAndGet() < 2 ? "<p id=wait>confirm</p>" : "<p class=hit>done</p>"));
        recipe = recipe("""
                "outcomes": {"needs_human": [{"selector": "#wait", "ask": {"prompt": "Confirm it."}}],
                  "found": [{"selector": ".hit"}]}""");
        person.answers.add(Optional.of(""));
        assertThat(look().state()).isEqualTo(ItemState.FOUND);
        assertThat(person.questions).singleElement().satisfies(question -> {
            assertThat(question.text()).isFalse();
            assertThat(question.picture()).isNotEmpty();
        });
    }

    @Test
    void aUserIsLoggedInOnceAndAgainWhenTheSessionHasLapsed() throws Exception {
        AtomicInteger logins = new AtomicInteger();
        SITE.page(
                "/login",
                "<form action=/enter><input id=u name=u><input id=p type=password name=p><button>in</button>");
        SITE.answer("/enter", exchange -> {
            if (Site.query(exchange).contains("p=open+sesame")) {
                exchange.getResponseHeaders().set("Set-Cookie", "user=" + logins.incrementAndGet() + "; Path=/");
                Site.send(exchange, 200, "<script>localStorage.mark = 'kept'</script><p id=out>log out</p>");
            } else {
                Site.send(exchange, 200, "<p>wrong password</p>");
            }
        });
        AtomicInteger valid = new AtomicInteger(1);
        SITE.answer("/page", exchange -> {
            String cookie = String.valueOf(exchange.getRequestHeaders().getFirst("Cookie"));
            boolean in = cookie.equals("user=" + valid.get());
            Site.send(
                    exchange,
                    200,
                    in
                            ? "<p class=hit>" + cookie + "</p><p id=m></p><p id=echo>open sesame</p>"
                                    + "<script>document.querySelector('#m').textContent = localStorage.mark</script>"
                            : "<p id=please>log in</p>");
        });
        String login = """
                "session": {"keep": "job", "login": {"url": "%s/login", "steps": [
                    {"fill": {"selector": "#u", "value": "me"}}, {"fill": {"selector": "#p", "value": "{secret:%s}"}},
                    {"click": {"selector": "button"}}],
                  "logged_in": [{"selector": "#out"}], "logged_out": [{"selector": "#please"}]}},
                "outcomes": {"found": [{"selector": ".hit"}]}, "timeouts": {"step_ms": 3000},
                "extract": {"user": {"selector": ".hit"}, "mark": {"selector": "#m"}, "echo": {"selector": "#echo"}}""";
        recipe = TestRecipe.of(
                "{\"start\": {\"url\": \"" + SITE.url() + "/page\"}, " + login.formatted(SITE.url(), "password") + "}");
        for (int i = 0; i < 2; i++) {
            ItemResult result = look();
            assertThat(result.fields())
                    .as(String.valueOf(result.error()))
                    .isEqualTo(new JsonObject()
                            .put("user", "user=1")
                            .put("mark", "kept")
                            .put("echo", "•••"));
        }
        assertThat(logins).hasValue(1);
        valid.set(2);
        assertThat(look().fields().getString("user")).isEqualTo("user=2");
        assertThat(logins).hasValue(2);

        recipe = TestRecipe.of("{\"version\": 2, \"start\": {\"url\": \"" + SITE.url() + "/page\"}, "
                + login.formatted(SITE.url(), "elsewhere") + "}");
        ItemError elsewhere = Objects.requireNonNull(look().error());
        assertThat(elsewhere.code()).isEqualTo(ErrorCode.LOGIN);
        assertThat(elsewhere.message())
                .contains("may not be sent to the page's host")
                .doesNotContain("other");
        recipe = TestRecipe.of("{\"version\": 3, \"start\": {\"url\": \"" + SITE.url() + "/page\"}, "
                + login.formatted(SITE.url(), "unknown") + "}");
        assertThat(Objects.requireNonNull(look().error()).message()).contains("crawl.secrets");
        assertThat(logins).hasValue(2);
    }

    @Test
    void theNextPageMayBeClicked() throws Exception {
        site.page("/a", """
                <ul id=l><li>1</ul><button id=n>next</button><script>let page = 1;
                document.querySelector('#n').onclick = () => setTimeout(() => { page++;
                document.querySelector('#l').innerHTML = '<li>' + page;
                if (page === 3) document.querySelector('#n').remove(); }, 300)</script>""");
        recipe = recipe("""
                "outcomes": {"found": [{"selector": "#l"}]}, "extract": {"all": {"selector": "li", "take": "all"}},
                "pages": {"next": "#n", "rows": "all", "most": 9}""");
        ItemResult result = look();
        assertThat(result.fields())
                .as(String.valueOf(result.error()))
                .isEqualTo(new JsonObject().put("all", new JsonArray(List.of("1", "2", "3"))));
    }

    @Test
    void challengesAreRecognisedInTheBrowserToo() throws Exception {
        String html = Files.readString(
                Path.of("src/test/resources/dev/rowhound/crawl/page/challenges/blocked/cloudflare-interstitial.html"));
        site.page("/a", html + "<p class=hit>x</p>");
        String outcomes = "\"outcomes\": {\"detectors\": %s, \"found\": [{\"selector\": \".hit\"}]}";
        recipe = recipe(outcomes.formatted(true));
        ItemResult blocked = look();
        assertThat(blocked.state()).isEqualTo(ItemState.BLOCKED);
        assertThat(Objects.requireNonNull(blocked.error()).message()).contains("Cloudflare");
        recipe = recipe(outcomes.formatted(false));
        assertThat(look().state()).isEqualTo(ItemState.FOUND);
    }

    private Recipe recipe(String rest) {
        return TestRecipe.of(
                "{\"start\": {\"url\": \"" + site.url() + "/a\"}, \"timeouts\": {\"step_ms\": 5000}, " + rest + "}");
    }

    private ItemResult look() throws Exception {
        return SLOT.process(person);
    }
}
