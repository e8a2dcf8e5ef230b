package dev.rowhound.crawl;

import static dev.rowhound.crawl.StartedProcesses.BROWSER;
import static dev.rowhound.crawl.StartedProcesses.DRIVER;
import static dev.rowhound.crawl.StartedProcesses.PAGES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.crawl.browser.BrowserLimits;
import dev.rowhound.crawl.browser.BrowserSupervisor;
import dev.rowhound.crawl.install.BrowserSetup;
import dev.rowhound.egress.Egress;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.Processor;
import dev.rowhound.recipe.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What has grown or died between two items is replaced there, and the next item is none the worse. */
class BrowserReplacementIT {
    private static final String PAGE = "<div class=found id=name>A</div>";
    private static final Egress EGRESS = Egress.open(TestConfig.LOOPBACK.egress());

    @TempDir
    private Path data;

    private StartedProcesses started;
    private Site site;
    private BrowserSetup setup;
    private Processor processor;
    private boolean keepsSession;
    private String path;

    @AfterAll
    static void closeTheWayOut() {
        EGRESS.close();
    }

    @BeforeEach
    void open() {
        started = new StartedProcesses();
        site = new Site().page("/a", PAGE);
        boolean root = CrawlConfig.runsAsRoot();
        setup = BrowserSetup.find(new BrowserSetup.Requirements(null, null, !root, true, root), data, sentence -> {});
    }

    @AfterEach
    void close() {
        processor.close();
        site.close();
        assertThat(started.all()).isEmpty();
    }

    @Test
    void browserIsReplacedAfterSoManyItems() throws Exception {
        begin(BrowserLimits.DEFAULT.withItems(2));
        find("/a");
        Set<ProcessHandle> first = started.all();
        find("/a");
        assertThat(started.having(DRIVER)).isNotEmpty().isSubsetOf(first);
        find("/a");
        assertReplaced(first);
    }

    /** All processes are measured at every tenth item: a browser that has grown goes, one that has not goes on. */
    @Test
    void browserThatHasGrownIsReplaced() throws Exception {
        begin(memory(400, 2_000));
        site.page("/big", PAGE + eat(300));
        find("/a");
        Set<ProcessHandle> first = started.having(BROWSER);
        for (int i = 2; i < 20; i++) {
            find("/a");
        }
        find("/big");
        assertThat(started.having(BROWSER)).isEqualTo(first);
        find("/a");
        assertReplaced(first);
    }

    @Test
    @Tag("full")
    void browserWhosePagesHoldTooMuchIsReplacedAtOnce() throws Exception {
        begin(memory(200, 2_000));
        site.page("/big", PAGE + eat(300));
        find("/big");
        Set<ProcessHandle> first = started.having(BROWSER);
        find("/a");
        assertReplaced(first);
    }

    /** A page may take 300 MB; so may the next one, though the first one's memory may not have been freed. */
    @Test
    void aPageDoesNotAnswerForWhatAnotherHasLeft() throws Exception {
        begin(memory(5_000, 300));
        Set<ProcessHandle> second = new HashSet<>();
        for (int left : List.of(60, 200)) {
            site.page("/big" + left, PAGE + eat(left));
            // It is looked at several times before it is found.
            site.page("/slow" + left, "<body>" + eat(190) + """
                    <script>setTimeout(() => document.body.innerHTML = '%s', 1000)</script>
                    <img src='/seen%d'>""".formatted(PAGE, left));
            site.answer("/seen" + left, exchange -> {
                second.addAll(started.having(PAGES));
                exchange.sendResponseHeaders(404, -1);
            });
            second.clear();
            find("/big" + left);
            Set<ProcessHandle> first = started.having(PAGES);
            find("/slow" + left);
            assertThat(second.equals(first))
                    .as("a process that holds more than half of what a page may take shows no other one")
                    .isEqualTo(left == 60);
        }
    }

    @Test
    void browserThatDiesBetweenItemsCostsNoItem() throws Exception {
        begin(BrowserLimits.DEFAULT);
        for (String victim : List.of(BROWSER, DRIVER)) {
            find("/a");
            started.kill(victim);
            find("/a");
        }
    }

    /** Whichever of the pages that wait is asked first, and whether or not it goes on with a session. */
    @Test
    void pagesThatDieBetweenItemsCostNoItem() throws Exception {
        begin(BrowserLimits.DEFAULT);
        for (boolean session : List.of(false, true)) {
            find("/a", !session);
            find("/a", session);
            Set<ProcessHandle> first = started.having(BROWSER);
            started.kill(PAGES);
            find("/a", session);
            find("/a", !session);
            assertThat(started.having(BROWSER))
                    .as("only the pages are replaced")
                    .isEqualTo(first);
        }
    }

    @Test
    void aPageThatDiesWhileItWaitsHarmsNoOther() throws Exception {
        begin(BrowserLimits.DEFAULT);
        find("/a", true);
        Set<ProcessHandle> waiting = started.having(PAGES);
        site.answer("/late", exchange -> {
            StartedProcesses.kill(waiting);
            site.hold(Duration.ofMillis(200)); // the driver tells of it meanwhile
            Site.send(exchange, 200, PAGE);
        });
        find("/late", false);
        assertThat(started.having(PAGES)).hasSize(1);
        find("/a", true);
    }

    private void begin(BrowserLimits limits) {
        processor = TestConfig.processor(
                new BrowserSupervisor(setup, limits, null),
                job -> TestRecipe.at(site.url() + path)
                        .session(keepsSession ? new Session(Session.Keep.HOST, null) : null)
                        .build(),
                EGRESS);
    }

    private static BrowserLimits memory(int browserMegabytes, int pageMegabytes) {
        return new BrowserLimits(1_000, browserMegabytes, pageMegabytes, false);
    }

    /** A script that takes so many megabytes. */
    private static String eat(int megabytes) {
        return """
                <script>const all = [];
                for (let i = 0; i < %d; i++) all.push(new Uint8Array(2e7).fill(i + 1))</script>""".formatted(megabytes / 20);
    }

    private void find(String at) throws Exception {
        find(at, false);
    }

    private void find(String at, boolean session) throws Exception {
        path = at;
        keepsSession = session;
        ItemResult result =
                processor.process(new ItemInput("job", 1, "x", Map.of()), new RecordingContext(60_000, step -> {}));
        assertThat(result.state()).as(() -> at + " " + result.error()).isEqualTo(ItemState.FOUND);
    }

    /** The next item has a browser of its own, and of the one before no process and no profile is left. */
    private void assertReplaced(Set<ProcessHandle> first) throws IOException {
        assertThat(started.all()).isNotEmpty().doesNotContainAnyElementsOf(first);
        try (Stream<Path> profiles = Files.list(data.resolve("tmp"))) {
            assertThat(profiles).hasSize(1);
        }
    }
}
