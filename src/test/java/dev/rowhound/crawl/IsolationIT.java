package dev.rowhound.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemResult;
import dev.rowhound.recipe.Recipe;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever an item's pages leave behind, the next item does not see it, though both have the same browser. */
class IsolationIT {
    private static final String[] EVERYTHING = {
        "cookie",
        "localStorage",
        "sessionStorage",
        "indexedDB",
        "caches",
        "files",
        "serviceWorker",
        "runningServiceWorker",
        "cache"
    };

    private static Recipe recipe = TestRecipe.at("").build();

    @RegisterExtension
    static final TestSlot SLOT = new TestSlot(
            () -> TestConfig.LOOPBACK.with(TestConfig.LOOPBACK.egress().allowing("localhost:*")), () -> recipe);

    private final AtomicInteger kept = new AtomicInteger();
    private Site page;
    private Site frame;

    @BeforeEach
    void open() {
        page = site();
        frame = site();
        for (Site site : List.of(page, frame)) {
            String other =
                    site == page ? "<iframe name=frame src='http://localhost:" + frame.port() + "/%s'></iframe>" : "";
            site.answer(
                    "/plant",
                    exchange -> Site.send(
                            exchange, 200, scripts() + other.formatted("plant?" + Site.query(exchange)) + """
                    <div class=found id=name></div><script>
                    const frames = document.querySelector('iframe') ? 1 : 0;
                    const told = new Promise((done) => frames ? addEventListener('message', done) : done());
                    const look = location.hash === '#look';
                    plantAll(!location.search.includes('light')).then(() => told).then(() => {
                      if (frames) {
                        if (look) location.href = '/probe';
                        else document.querySelector('#name').textContent = 'planted';
                      } else parent.postMessage('done', '*');
                    }, (error) => document.querySelector('#name').textContent = String(error));
                    </script>"""));
            site.answer(
                    "/probe",
                    exchange -> Site.send(
                            exchange, 200, scripts() + other.formatted("probe") + """
                    <div class=found id=name></div><script>
                    const cookies = '%s';
                    const frames = document.querySelector('iframe') ? 1 : 0;
                    const told = new Promise((done) => frames ? addEventListener('message', (m) => done(m.data)) : done([]));
                    probeAll().then((found) => told.then((others) => {
                      const all = found.concat(cookies ? ['sentCookie'] : [], others.map((kind) => 'frame.' + kind));
                      if (frames) document.querySelector('#name').textContent = all.join(' ') || 'clean';
                      else parent.postMessage(all, '*');
                    })).catch((error) => document.querySelector('#name').textContent = String(error));
                    </script>""".formatted(cookies(exchange))));
        }
    }

    private Site site() {
        Site site = new Site();
        site.answer("/beacon", exchange -> {
            site.hold(Duration.ofMillis(400)); // the next item is under way by then
            exchange.getResponseHeaders().add("Set-Cookie", "late=planted; Max-Age=1000; Path=/");
            exchange.sendResponseHeaders(204, -1);
        });
        site.answer("/kept", exchange -> {
            exchange.getResponseHeaders().set("Cache-Control", "max-age=3600");
            Site.send(exchange, 200, kept.incrementAndGet() + ".");
        });
        site.answer("/served", exchange -> Site.send(exchange, 200, kept.get() + "."));
        site.answer("/popup", exchange -> Site.send(exchange, 200, scripts() + """
                <script>plantAtOnce(); setInterval(plantAtOnce, 5);
                new BroadcastChannel('popup').onmessage = (m) => m.target.postMessage('here');</script>"""));
        script(site, "/service-worker.js", """
                addEventListener('install', () => skipWaiting());
                addEventListener('activate', (event) => event.waitUntil(clients.claim()));
                new BroadcastChannel('service').onmessage = (m) => m.target.postMessage('here');""");
        script(site, "/shared-worker.js", """
                let mark = 'none';
                onconnect = (event) => { const port = event.ports[0]; port.onmessage = (message) => {
                  if (message.data === 'plant') mark = 'planted'; port.postMessage(mark); }; };""");
        return site;
    }

    private static void script(Site site, String path, String text) {
        site.answer(path, exchange -> {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/javascript");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        });
    }

    private static String scripts() {
        return "<body><script>" + resource("plant.js") + resource("probe.js") + "</script>";
    }

    private static String resource(String name) {
        try (InputStream in = IsolationIT.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String cookies(HttpExchange exchange) {
        return Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Cookie"), "")
                .replace("'", "");
    }

    @AfterEach
    void close() {
        page.close();
        frame.close();
    }

    /** Shows that what is looked for is there to be found, so that finding nothing tells something. */
    @Test
    void aPageSeesWhatItsOwnItemHasLeft() throws Exception {
        String found = look("/plant#look");

        assertThat(found.split(" ")).contains(EVERYTHING).contains("name", "history", "sentCookie");
        assertThat(found.split(" "))
                .contains(Arrays.stream(EVERYTHING)
                        .filter(kind -> !kind.equals("cookie")) // of another site, which browsers keep none of
                        .map("frame."::concat)
                        .toArray(String[]::new));
    }

    /** With service workers, whose context is given up, and without, where the same page goes on. */
    @ParameterizedTest
    @ValueSource(strings = {"/plant", "/plant?light"})
    void theNextItemSeesNothing(String path) throws Exception {
        for (int i = 0; i < 2; i++) {
            assertThat(look(path)).isEqualTo("planted");
            assertThat(look("/probe")).isEqualTo("clean");
            assertThat(look("/probe")).as("and leaves nothing itself").isEqualTo("clean");
        }
    }

    /** What needs no fresh context is cleared, so that the page itself is the same for hundreds of items. */
    @Test
    void thePageIsUsedAgain() throws Exception {
        page.page(
                "/plain",
                "<div class=found id=name></div><script>plain = 1;"
                        + "document.querySelector('#name').textContent ="
                        + " 'seen: ' + document.cookie + localStorage.length + sessionStorage.length + window.name + history.length;"
                        + "document.cookie = 'a=1'; localStorage.a = 1; sessionStorage.a = 1; window.name = 'a';"
                        + "history.pushState({}, '', '#a')</script>");
        String first = look("/plain");
        Set<ProcessHandle> renderers = renderers();
        for (int i = 0; i < 5; i++) {
            assertThat(look("/plain")).isEqualTo(first).startsWith("seen: 00");
        }
        assertThat(renderers())
                .as("a fresh context would have a process of its own")
                .isEqualTo(renderers);
    }

    /** The answer to a request that outlives its page comes after everything else has been cleared. */
    @Test
    void aCookieThatComesBetweenItemsIsNotSeen() throws Exception {
        CountDownLatch cleared = new CountDownLatch(1);
        CompletableFuture<String> stored = new CompletableFuture<>();
        page.page("/asks", "<script>fetch('/late', {keepalive: true})</script><div class=found id=name>asked</div>");
        page.answer("/late", exchange -> {
            awaitQuietly(cleared);
            exchange.getResponseHeaders().add("Set-Cookie", "late=planted; Max-Age=1000; Path=/");
            exchange.getResponseHeaders().add("Location", "/stored");
            exchange.sendResponseHeaders(302, -1);
        });
        page.answer("/stored", exchange -> {
            stored.complete(cookies(exchange));
            exchange.sendResponseHeaders(204, -1);
        });
        page.answer(
                "/next",
                exchange -> Site.send(exchange, 200, "<div class=found id=name>sent: " + cookies(exchange) + "</div>"));

        assertThat(look("/asks")).isEqualTo("asked");
        cleared.countDown();
        assertThat(stored.get(30, TimeUnit.SECONDS)).isEqualTo("late=planted");

        assertThat(look("/next")).isEqualTo("sent:");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aLogInIsNotPassedOn() throws Exception {
        page.answer("/secret", exchange -> {
            boolean known = exchange.getRequestHeaders().containsKey("Authorization");
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=secret");
            Site.send(exchange, known ? 200 : 401, "<div class=found id=name>" + (known ? "in" : "out") + "</div>");
        });
        recipe = TestRecipe.at("http://user:word@127.0.0.1:" + page.port() + "/secret")
                .build();
        assertThat(process().fields().getString("name")).isEqualTo("in");
        recipe = TestRecipe.at(page.url() + "/secret")
                .found(TestRecipe.text("^never$"))
                .limits(5_000, 500, 10_000)
                .build();
        ItemResult next = process();
        assertThat(Objects.requireNonNull(next.error()).code()).isEqualTo(ErrorCode.HTTP_4XX);
    }

    private static Set<ProcessHandle> renderers() {
        return ProcessHandle.current()
                .descendants()
                .filter(process -> StartedProcesses.arguments(process).contains(StartedProcesses.PAGES))
                .collect(Collectors.toSet());
    }

    private String look(String path) throws Exception {
        recipe = TestRecipe.at(page.url() + path).limits(10_000, 15_000, 30_000).build();
        ItemResult result = process();
        assertThat(result.fields().getString("name"))
                .as(() -> String.valueOf(result.error()))
                .isNotNull();
        return result.fields().getString("name");
    }

    private static ItemResult process() throws Exception {
        return SLOT.process(new RecordingContext(60_000, step -> {}));
    }
}
