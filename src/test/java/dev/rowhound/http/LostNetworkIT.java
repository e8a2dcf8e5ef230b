package dev.rowhound.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import dev.rowhound.Await;
import dev.rowhound.TestNode;
import dev.rowhound.crawl.browser.TestBrowser;
import dev.rowhound.front.Nginx;
import dev.rowhound.front.Shipped;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real tabs watch a job while their network goes away, and while tabs that had the stream for all are closed. */
@Timeout(120)
class LostNetworkIT {
    private static final int ROWS = 120;
    private static final LocatorAssertions.HasTextOptions SOON =
            new LocatorAssertions.HasTextOptions().setTimeout(45_000);

    private static final StubProcessor PROCESSOR = new StubProcessor();
    private static TestNode node;
    private static Api api;

    private final List<String> errors = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start(Map.of("http.heartbeat_ms", "1000"), PROCESSOR.taking(20)::processor);
        api = new Api(node);
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    @Test
    void aPageBehindNginxGoesOnAfterItsNetworkWasLost() throws Exception {
        try (Nginx nginx = Nginx.shipped(Shipped.before(node.address()))) {
            goesOnAfterItsNetworkWasLost(nginx.uri());
        }
    }

    @Test
    @Tag("full")
    void aPageGoesOnAfterItsNetworkWasLost() throws Exception {
        goesOnAfterItsNetworkWasLost(node.address());
    }

    /** With the node behind that address. */
    private void goesOnAfterItsNetworkWasLost(URI base) throws Exception {
        PROCESSOR.close();
        String job = upload();
        try (TestBrowser browser = TestBrowser.open(node.data());
                BrowserContext context = browser.fresh()) {
            Page page = WatchedPage.open(context, base + "/?job=" + job, errors);
            assertThat(page.locator("#link")).hasText("Live");
            JobWatcher shared = JobWatcher.start(page, "shared", job, "{}");
            JobWatcher own = JobWatcher.start(page, "own", job, "{ share: false, transports: ['fetch'] }");
            JobWatcher socket = JobWatcher.start(page, "socket", job, "{ share: false, transports: ['websocket'] }");
            JobWatcher polls = JobWatcher.start(page, "polls", job, "{ share: false, transports: ['polling'] }");
            PROCESSOR.open(30);
            for (JobWatcher watcher : List.of(shared, own, socket, polls)) {
                watcher.awaitCount(20);
            }
            assertThat(List.of(shared.transport(), own.transport(), socket.transport(), polls.transport()))
                    .containsExactly("eventsource", "fetch", "websocket", "polling");

            context.setOffline(true);
            assertThat(page.locator("#link")).hasText(Pattern.compile("Reconnecting (…|in \\d+ s)"));
            int before = own.count() + socket.count() + polls.count();
            PROCESSOR.open(30);
            Await.until("rows that the page does not receive", () -> api.job(job), now -> now.getInteger("done") == 60);
            assertThat(own.count() + socket.count() + polls.count()).isEqualTo(before);
            context.setOffline(false);

            assertThat(page.locator("#link")).hasText("Live", SOON);
            PROCESSOR.open();
            assertThat(page.locator("#job-state")).hasText("Completed", SOON);
            assertThat(page.locator("#done")).hasText(ROWS + " of " + ROWS + " rows");
            assertThat(page.locator("#body tr")).hasCount(ROWS);
            List<EventStream.Event> log = log(job);
            for (JobWatcher watcher : List.of(shared, own, socket, polls)) {
                watcher.assertWhole(log);
            }
        } finally {
            PROCESSOR.open();
        }
    }

    @Test
    void tabsShareOneStreamAndTheNextOneTakesItOver() throws Exception {
        PROCESSOR.close();
        String job = upload();
        double before = streams();
        try (TestBrowser browser = TestBrowser.open(node.data());
                BrowserContext context = browser.fresh()) {
            Page first = tab(context);
            JobWatcher leader = JobWatcher.start(first, "leader", job, "{}");
            leader.awaitState("live");
            Page second = tab(context);
            JobWatcher follower = JobWatcher.start(second, "follower", job, "{}");
            follower.awaitState("live");
            PROCESSOR.open(40);
            follower.awaitCount(30);
            assertThat(streams()).isEqualTo(before + 1);

            first.close();
            int told = follower.count();
            follower.awaitCount(told + 30);
            JobWatcher late = JobWatcher.start(tab(context), "late", job, "{}");
            late.awaitState("live");
            assertThat(streams()).isEqualTo(before + 1);
            second.close();

            PROCESSOR.open();
            late.assertWhole(log(job));
            Await.until("no stream", LostNetworkIT::streams, now -> now == before);
        } finally {
            PROCESSOR.open();
        }
        assertThat(errors).isEmpty();
    }

    @Test
    @Tag("full")
    void aTabThatStandsStillLosesTheStreamToAnother() throws Exception {
        PROCESSOR.close();
        String job = upload();
        String quick = "{ heartbeatMs: 800, waitMs: 100, transports: ['fetch'] }";
        try (TestBrowser browser = TestBrowser.open(node.data());
                BrowserContext context = browser.fresh()) {
            Page first = tab(context);
            JobWatcher leader = JobWatcher.start(first, "leader", job, quick);
            leader.awaitState("live");
            JobWatcher follower = JobWatcher.start(tab(context), "follower", job, quick);
            follower.awaitState("live");

            long since = System.nanoTime();
            first.evaluate("setTimeout(() => { const end = Date.now() + 10_000; while (Date.now() < end); }, 0)");
            PROCESSOR.open();
            follower.awaitCount(60);
            assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(10));
            List<EventStream.Event> log = log(job);
            follower.assertWhole(log);
            leader.assertWhole(log);
        } finally {
            PROCESSOR.open();
        }
        assertThat(errors).isEmpty();
    }

    private static String upload() throws Exception {
        return api.upload(
                        Form.of(StubProcessor.RECIPE).field("concurrency", "1").file(StubProcessor.file(ROWS)))
                .json()
                .getString("id");
    }

    /** The page, where it watches nothing by itself. */
    private Page tab(BrowserContext context) {
        return WatchedPage.open(context, node.address() + "/", errors);
    }

    private static List<EventStream.Event> log(String job) throws Exception {
        try (EventStream stream = api.events(job)) {
            return stream.rest();
        }
    }

    private static double streams() throws Exception {
        return api.get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith("rowhound_streams"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
