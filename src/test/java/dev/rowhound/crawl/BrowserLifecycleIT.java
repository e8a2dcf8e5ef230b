package dev.rowhound.crawl;

import static dev.rowhound.crawl.StartedProcesses.BROWSER;
import static dev.rowhound.crawl.StartedProcesses.DRIVER;
import static dev.rowhound.crawl.StartedProcesses.PAGES;
import static dev.rowhound.crawl.StartedProcesses.arguments;
import static dev.rowhound.crawl.StartedProcesses.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.crawl.browser.BrowserLimits;
import dev.rowhound.crawl.browser.BrowserSupervisor;
import dev.rowhound.crawl.install.BrowserSetup;
import dev.rowhound.crawl.install.FakePrograms;
import dev.rowhound.crawl.install.PlaywrightDriver;
import dev.rowhound.crawl.view.Deadline;
import dev.rowhound.egress.Egress;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.Processor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The browser's life: what dies is replaced, and nothing is left behind. */
class BrowserLifecycleIT {
    private static final Egress EGRESS = Egress.open(TestConfig.LOOPBACK.egress());

    @AfterAll
    static void closeTheWayOut() {
        EGRESS.close();
    }

    private static final String PAGE = "<div class=found id=name>A</div>";
    private static final Duration SOON = Duration.ofSeconds(15);

    @TempDir
    private Path data;

    private StartedProcesses started;
    private Site site;
    private BrowserSetup setup;
    private Processor processor;
    private volatile String path = "/a";

    @BeforeEach
    void open() {
        started = new StartedProcesses();
        site = new Site().page("/a", PAGE).answer("/silent", exchange -> site.hold(Duration.ofMinutes(1)));
        boolean root = CrawlConfig.runsAsRoot();
        setup = BrowserSetup.find(new BrowserSetup.Requirements(null, null, !root, true, root), data, sentence -> {});
        processor = processor(setup, BrowserLimits.DEFAULT);
    }

    @AfterEach
    void close() {
        processor.close();
        site.close();
    }

    @Test
    void abortEndsAnItemThatWaitsForItsHost() throws Exception {
        assertAbortable("/silent", "start");
    }

    @Test
    void abortEndsAnItemWhosePageLoops() throws Exception {
        site.page("/loop", "<script>while (true) {}</script>");
        assertAbortable("/loop", "outcome");
    }

    @Test
    void abortEndsABrowserThatHangsAtItsStart() throws Exception {
        Path hanging = script("node", "echo started >> " + data + "/started; while true; do sleep 1; done");
        BrowserSetup hangs = new BrowserSetup(
                new PlaywrightDriver(setup.driver().folder(), hanging), setup.executable(), setup.sandboxed(), data);
        try (Processor stuck = processor(hangs, BrowserLimits.DEFAULT)) {
            CompletableFuture<Void> aborted = CompletableFuture.runAsync(() -> {
                await(() -> Files.exists(data.resolve("started")));
                stuck.abort();
            });
            assertCrashed(process(stuck, step -> {}));
            aborted.join();
        }
        assertThat(started.all()).isEmpty();
    }

    @Test
    void browserThatDoesNotStartFailsTheItem() throws Exception {
        Path broken = script("chromium", "echo No usable sandbox! >&2; exit 1");
        BrowserSetup breaks = new BrowserSetup(setup.driver(), broken, true, data);
        try (Processor failing = processor(breaks, BrowserLimits.DEFAULT)) {
            ItemResult result = process(failing, step -> {});
            assertCrashed(result);
            assertThat(Objects.requireNonNull(result.error()).message()).contains("crawl.sandbox");
        }
        assertThat(started.all()).isEmpty();
    }

    @Test
    void killedProcessesAreReplaced() throws Exception {
        for (String victim : List.of(BROWSER, PAGES, DRIVER)) {
            assertFound();
            path = "/page-of-" + victim;
            site.page(path, "<img src='/image-of-" + victim + "'>");
            site.answer("/image-of-" + victim, exchange -> {
                started.kill(victim);
                site.hold(Duration.ofMinutes(1));
            });
            ItemResult result = process(processor, step -> {});
            assertCrashed(result);
            path = "/a";
            assertFound();
        }
    }

    /** Some calls are answered by nobody if the page dies before the driver has heard all about its document. */
    @Test
    void deathWhileThePageArrivesIsNoticed() throws Exception {
        for (String victim : List.of(BROWSER, PAGES)) {
            for (int millis = 0; millis < 12; millis += 2) {
                assertFound();
                int delay = millis;
                path = "/" + delay + "-ms-of-" + victim;
                site.answer(path, exchange -> {
                    exchange.getResponseHeaders().set("Content-Type", "text/html");
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write("<p>The beginning".getBytes(StandardCharsets.UTF_8));
                    exchange.getResponseBody().flush();
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(delay));
                    started.kill(victim);
                    site.hold(Duration.ofMinutes(1));
                });
                assertCrashed(process(processor, step -> {}));
                path = "/a";
            }
        }
    }

    @Test
    void deathWhileTheHostIsWaitedForIsNoticed() throws Exception {
        for (String victim : List.of(BROWSER, PAGES, DRIVER)) {
            assertFound();
            path = "/late-host-of-" + victim;
            site.answer(path, exchange -> {
                started.kill(victim);
                site.hold(Duration.ofMinutes(1));
            });
            assertCrashed(process(processor, step -> {}));
            path = "/a";
        }
    }

    @Test
    void terminalsInterruptDoesNotEndTheBrowser() throws Exception {
        path = "/interrupt";
        site.answer("/interrupt", exchange -> {
            for (ProcessHandle process : started.all()) {
                // Chromium is in a process group of its own, which a terminal's signals do not reach.
                if (arguments(process).contains(DRIVER)) {
                    run("kill", "-INT", String.valueOf(process.pid()));
                }
            }
            site.hold(Duration.ofMillis(500));
            Site.send(exchange, 200, PAGE);
        });
        assertFound();
    }

    @Test
    void profileLiesBelowTheDataFolderAndNothingIsLeft() throws Exception {
        path = "/profile";
        CompletableFuture<List<String>> during = new CompletableFuture<>();
        site.answer("/profile", exchange -> {
            during.complete(files(data.resolve("tmp")));
            Site.send(exchange, 200, PAGE);
        });
        assertFound();
        assertThat(during.join()).anyMatch(file -> file.matches("browser-\\d+/playwright_chromiumdev_profile-\\w+/.+"));
        assertThat(started.all()).isNotEmpty();
        Deadline soon = Deadline.in(4_000);
        processor.close();
        assertThat(soon.over()).isFalse();
        assertThat(started.all()).isEmpty();
        assertThat(entries("tmp")).isEmpty();
    }

    @Test
    void nothingOutlivesAKilledProgram() throws Exception {
        Path output = data.resolve("output");
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OneLookup.class.getName(),
                        data.toString(),
                        site.url() + "/silent")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        await(() -> site.requests().contains("/silent"));
        List<ProcessHandle> children = program.descendants().toList();
        assertThat(children).anyMatch(process -> arguments(process).contains(BROWSER));
        program.destroyForcibly();
        for (ProcessHandle child : children) {
            child.onExit().get(SOON.toSeconds(), TimeUnit.SECONDS);
        }
        assertThat(output).content().doesNotContain("Exception");
    }

    /** A program that looks one address up. */
    static final class OneLookup {
        public static void main(String[] arguments) throws Exception {
            CrawlEngine engine = new CrawlEngine(TestConfig.LOOPBACK, Path.of(arguments[0]));
            engine.prepare(sentence -> {});
            try (Processor processor =
                    engine.newProcessor(job -> TestRecipe.at(arguments[1]).build())) {
                processor.process(input(), new RecordingContext(60_000, step -> {}));
            }
        }
    }

    private void assertAbortable(String to, String step) throws Exception {
        assertFound();
        path = to;
        CompletableFuture<Void> told = new CompletableFuture<>();
        CompletableFuture<Void> aborted = told.thenRunAsync(processor::abort);
        ItemResult result = process(processor, at -> {
            if (at.equals(step)) {
                told.complete(null);
            }
        });
        aborted.join();
        assertCrashed(result);
        path = "/a";
        assertFound();
    }

    private void assertFound() throws Exception {
        ItemResult result = process(processor, step -> {});
        assertThat(result.state()).as(() -> String.valueOf(result.error())).isEqualTo(ItemState.FOUND);
    }

    private static void assertCrashed(ItemResult result) {
        assertThat(result.state()).isEqualTo(ItemState.FAILED);
        assertThat(Objects.requireNonNull(result.error()).code()).isEqualTo(ErrorCode.BROWSER_CRASHED);
    }

    private Processor processor(BrowserSetup with, BrowserLimits limits) {
        return TestConfig.processor(
                new BrowserSupervisor(with, limits, null),
                job -> TestRecipe.at(site.url() + path)
                        .limits(50_000, 50_000, 50_000)
                        .build(),
                EGRESS);
    }

    private static ItemResult process(Processor with, Consumer<String> listener) throws Exception {
        Deadline soon = Deadline.in(SOON.toMillis());
        ItemResult result = with.process(input(), new RecordingContext(60_000, listener));
        assertThat(soon.over()).as("the item took too long").isFalse();
        return result;
    }

    private static ItemInput input() {
        return new ItemInput("job", 1, "x", Map.of());
    }

    private static void run(String... command) throws IOException {
        try {
            assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private Path script(String name, String body) {
        return FakePrograms.write(data.resolve(name), body);
    }

    private List<String> entries(String folder) throws IOException {
        try (Stream<Path> entries = Files.list(data.resolve(folder))) {
            return entries.map(Path::toString).toList();
        }
    }

    private static List<String> files(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(file -> folder.relativize(file).toString()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
