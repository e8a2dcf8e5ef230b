package dev.rowhound.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.rowhound.crawl.browser.BrowserLimits;
import dev.rowhound.crawl.view.Deadline;
import dev.rowhound.egress.EgressConfig;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pages that harm who looks at them: each ends in its time and as what it is, and the next item is none the worse. */
class MisbehaviourIT {
    private static final String FOUND = "<div class=found id=name>A</div>";
    private static final int PAGE_MEGABYTES = 300;

    private static Recipe recipe = TestRecipe.at("").build();

    @RegisterExtension
    static final TestSlot SLOT = new TestSlot(MisbehaviourIT::config, () -> recipe);

    private Site site;

    private static CrawlConfig config() {
        EgressConfig shipped = TestConfig.LOOPBACK.egress();
        return TestConfig.LOOPBACK
                .with(BrowserLimits.DEFAULT.withPageMegabytes(PAGE_MEGABYTES))
                .with(new EgressConfig(shipped.allow(), 8 << 20, Map.of(), shipped.robotsAgent()));
    }

    @BeforeEach
    void open() {
        site = new Site().page("/well", FOUND);
    }

    /** Whatever an item did, the next one works, and no process has been added. */
    @AfterEach
    void theNextItemIsNoneTheWorse() throws Exception {
        ItemResult result = process(TestRecipe.at(site.url() + "/well"));
        assertThat(result.state()).as(() -> String.valueOf(result.error())).isEqualTo(ItemState.FOUND);
        // The driver, the browser, two zygotes, GPU, network, storage, a page, one that is just ending.
        assertThat(ProcessHandle.current()
                        .descendants()
                        .filter(ProcessHandle::isAlive)
                        .count())
                .isLessThanOrEqualTo(9);
        site.close();
    }

    @Test
    void endlessHtmlIsCut() throws Exception {
        site.answer("/a", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, 0);
            byte[] row = "<p>No such thing</p>".repeat(5_000).getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 10_000; i++) {
                exchange.getResponseBody().write(row);
            }
        });
        assertFailed(process(at("/a")), ErrorCode.TOO_LARGE);
    }

    @Test
    void aPageThatEatsMemoryIsEnded() throws Exception {
        site.page("/a", "<script>const all = []; setInterval(() => all.push(new Uint8Array(2e7).fill(1)), 5)</script>");
        assertFailed(process(TestRecipe.at(site.url() + "/a").limits(10_000, 30_000, 60_000)), ErrorCode.TOO_LARGE);
    }

    @Test
    void dialogsWithoutEndDoNotHoldTheItem() throws Exception {
        site.page("/now-and-then", FOUND + "<script>setInterval(() => alert('a'), 1)</script>");
        assertFound(at("/now-and-then"));
        site.page("/always", "<script>for (;;) alert('a')</script>" + FOUND);
        assertFailed(process(at("/always")), ErrorCode.TIMEOUT);
    }

    @Test
    void whatAsksAPersonIsNotWaitedFor() throws Exception {
        site.page("/a", """
                <script>addEventListener('beforeunload', e => { e.preventDefault(); e.returnValue = 'stay'; });
                onload = () => { confirm('a'); prompt('b'); print(); Notification.requestPermission();
                navigator.geolocation.getCurrentPosition(() => {}); navigator.mediaDevices?.getUserMedia({audio: true});
                document.querySelector('#name').textContent = 'A'; }</script>
                <button onclick="alert('c')">press</button><div class=found id=name></div>""");
        assertFound(at("/a").step(new Step.Click("button", 0, false)));
    }

    @Test
    void downloadsAreRefused() throws Exception {
        site.answer("/file", exchange -> {
            exchange.getResponseHeaders().set("Content-Disposition", "attachment; filename=a.bin");
            Site.send(exchange, 200, "x".repeat(100_000));
        });
        site.page(
                "/a",
                FOUND + "<a href=/file download></a><script>for (let i = 0; i < 20; i++)"
                        + " document.querySelector('a').click()</script>");
        assertFound(at("/a"));
    }

    @Test
    void aStormOfWindowsIsCalmed() throws Exception {
        site.page("/a", "<script>for (let i = 0; i < 500; i++) window.open('/a?' + i)</script>" + FOUND);
        assertFound(at("/a"));
    }

    @Test
    void redirectsWithoutEndAreTold() throws Exception {
        site.answer("/a", exchange -> {
            exchange.getResponseHeaders().set("Location", "/a?" + System.nanoTime());
            exchange.sendResponseHeaders(302, -1);
        });
        assertFailed(process(at("/a")), ErrorCode.NAVIGATION);
        site.page("/b", "<script>location = '/b?' + Math.random()</script>");
        assertFailed(process(at("/b")), ErrorCode.UNRECOGNISED, ErrorCode.TIMEOUT);
    }

    @Test
    void thousandsOfRequestsAreLeftBehind() throws Exception {
        site.answer("/image", exchange -> exchange.sendResponseHeaders(404, -1));
        site.page("/a", FOUND + "<script>for (let i = 0; i < 10000; i++) new Image().src = '/image?' + i</script>");
        assertFound(at("/a").limits(10_000, 20_000, 40_000));
    }

    @Test
    @Tag("full")
    void framesInFramesEnd() throws Exception {
        site.answer("/a", this::frames);
        ItemResult result = process(at("/a"));
        assertFailed(result, ErrorCode.UNRECOGNISED, ErrorCode.TIMEOUT, ErrorCode.TOO_LARGE);
    }

    private void frames(HttpExchange exchange) throws IOException {
        String id = exchange.getRequestURI().getRawQuery() == null
                ? "r"
                : exchange.getRequestURI().getRawQuery();
        String host = id.length() % 2 == 0 ? "127.0.0.1" : "localhost";
        String frame = "<iframe src='http://" + host + ":" + site.port() + "/a?" + id;
        Site.send(exchange, 200, id.length() > 200 ? "" : frame + "0'></iframe>" + frame + "1'></iframe>");
    }

    @Test
    @Tag("full")
    void aHugeDocumentIsReadOrRefused() throws Exception {
        site.page(
                "/a",
                FOUND + "<script>for (let i = 0; i < 300000; i++) document.body.append("
                        + "Object.assign(document.createElement('p'), {textContent: 'text ' + i}))</script>");
        ItemResult result = process(at("/a").limits(10_000, 20_000, 40_000));
        if (result.state() != ItemState.FOUND) {
            assertFailed(result, ErrorCode.TOO_LARGE, ErrorCode.TIMEOUT);
        }
    }

    @Test
    void refusedAddressesAreTold() throws Exception {
        site.answer("/redirect", exchange -> {
            exchange.getResponseHeaders().set("Location", "http://169.254.169.254/latest");
            exchange.sendResponseHeaders(302, -1);
        });
        site.answer("/redirect-tls", exchange -> {
            exchange.getResponseHeaders().set("Location", "https://10.0.0.1/");
            exchange.sendResponseHeaders(302, -1);
        });
        site.page("/link", "<a href='http://192.168.0.1/'>go</a>");
        site.page("/image", FOUND + "<img src='http://10.0.0.1/a.png'><iframe src='https://10.0.0.1/'></iframe>");
        for (String path : List.of("/redirect", "/redirect-tls")) {
            assertFailed(process(at(path)), ErrorCode.ADDRESS_REFUSED);
        }
        assertFailed(process(TestRecipe.at("http://10.0.0.1/")), ErrorCode.ADDRESS_REFUSED);
        assertFailed(process(TestRecipe.at("https://[fd00::1]/")), ErrorCode.ADDRESS_REFUSED);
        assertFailed(process(at("/link").step(new Step.Click("a", 0, false))), ErrorCode.ADDRESS_REFUSED);
        assertFound(at("/image"));
    }

    private TestRecipe at(String path) {
        return TestRecipe.at(site.url() + path).limits(5_000, 1_500, 20_000);
    }

    private static void assertFound(TestRecipe built) throws Exception {
        ItemResult result = process(built);
        assertThat(result.state()).as(() -> String.valueOf(result.error())).isEqualTo(ItemState.FOUND);
    }

    private static ItemResult process(TestRecipe built) throws Exception {
        recipe = built.build();
        Deadline late = Deadline.in(recipe.timeouts().itemMillis() + 10_000L);
        ItemResult result = SLOT.process(new RecordingContext(60_000, step -> {}));
        assertThat(late.over()).as("the item took too long").isFalse();
        return result;
    }

    private static void assertFailed(ItemResult result, ErrorCode... codes) {
        assertThat(result.state()).isEqualTo(ItemState.FAILED);
        assertThat(code(result)).as(() -> String.valueOf(result.error())).isIn((Object[]) codes);
    }

    private static @Nullable ErrorCode code(ItemResult result) {
        return Objects.requireNonNull(result.error()).code();
    }
}
