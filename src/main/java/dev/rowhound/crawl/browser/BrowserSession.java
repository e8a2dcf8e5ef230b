package dev.rowhound.crawl.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.impl.PlaywrightImpl;
import dev.rowhound.crawl.install.BrowserSetup;
import dev.rowhound.crawl.install.FileTree;
import dev.rowhound.crawl.install.PlaywrightDriver;
import dev.rowhound.crawl.install.ProcessTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Chromium under one Playwright driver, with a temporary folder of their own. It belongs to one thread; only
 * {@link #kill} may be called from others.
 */
final class BrowserSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BrowserSession.class);
    private static final double LAUNCH_MILLIS = 30_000;

    /** An orderly end lets Chromium collect its own processes; it takes a fraction of this. */
    private static final Duration ORDERLY_END = Duration.ofSeconds(4);

    /** One driver is started at a time in this process, so that the child that appears is known to be it. */
    private static final ReentrantLock START = new ReentrantLock();

    private final BrowserSetup setup;
    private final Path temporary;
    private final List<String> flags;
    private @Nullable Playwright playwright;
    private @Nullable Browser browser;

    /** The driver's child, noted once since a system is asked for all its processes to find it. */
    private @Nullable ProcessHandle chromium;

    private volatile @Nullable Set<ProcessHandle> childrenBefore;
    private volatile @Nullable ProcessHandle driver;
    private volatile boolean killed;

    /**
     * Starts nothing yet, so that the session can be killed while {@link #open} is under way.
     *
     * @param flags what the browser is started with besides Playwright's own
     */
    BrowserSession(BrowserSetup setup, List<String> flags) throws IOException {
        this.setup = setup;
        this.flags = List.copyOf(flags);
        this.temporary = Files.createTempDirectory(PlaywrightDriver.temporaryFolder(setup.data()), "browser-");
    }

    /**
     * Starts the driver and the browser.
     *
     * @throws PlaywrightException if one of them does not start
     */
    void open() {
        startDriver();
        Playwright started = playwright;
        if (killed || started == null) {
            throw new PlaywrightException("the browser was stopped while it started");
        }
        browser = started.chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(setup.executable())
                        .setHeadless(true)
                        .setChromiumSandbox(setup.sandboxed())
                        // A terminal sends its signals to every process of the group: whether the browser ends
                        // then is for this program to say, which may want to finish its items first.
                        .setHandleSIGINT(false)
                        .setHandleSIGTERM(false)
                        .setHandleSIGHUP(false)
                        .setTimeout(LAUNCH_MILLIS)
                        .setArgs(flags));
        ProcessHandle process = driver;
        chromium = process == null ? null : process.children().findAny().orElse(null);
    }

    private void startDriver() {
        START.lock();
        try {
            childrenBefore = ProcessHandle.current().children().collect(Collectors.toSet());
            Map<String, String> environment = new HashMap<>();
            environment.put("PLAYWRIGHT_NODEJS_PATH", setup.driver().node().toString());
            environment.put("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
            // Playwright puts the profile there, Chromium its own temporary files.
            environment.put("TMPDIR", temporary.toString());
            System.setProperty("playwright.cli.dir", setup.driver().folder().toString());
            // Playwright.create() keeps the folder and the environment of its first call in this process for all
            // later ones; a fresh driver takes this session's.
            playwright = PlaywrightImpl.createImpl(new Playwright.CreateOptions().setEnv(environment), true);
            driver = startedDriver().orElse(null);
        } finally {
            childrenBefore = null;
            START.unlock();
        }
    }

    /** The driver among the processes that this one has started since {@link #childrenBefore} was taken. */
    private Optional<ProcessHandle> startedDriver() {
        Set<ProcessHandle> before = childrenBefore;
        if (before == null) {
            return Optional.empty();
        }
        return ProcessHandle.current()
                .children()
                .filter(child -> !before.contains(child))
                .filter(BrowserSession::runsDriver)
                .findFirst();
    }

    /** Where the system does not tell a process's arguments, a child that has just appeared counts. */
    private static boolean runsDriver(ProcessHandle child) {
        return child.info()
                .arguments()
                .map(arguments -> Arrays.asList(arguments).contains("run-driver"))
                .orElse(true);
    }

    /**
     * An empty context: nothing of what an earlier one stored is in it.
     *
     * @throws PlaywrightException if the browser is gone
     */
    BrowserContext newContext(Browser.NewContextOptions options) {
        if (browser == null) {
            throw new IllegalStateException("open() comes first");
        }
        return browser.newContext(options);
    }

    /** The driver, which is the root of all processes of this session, or null before it runs. */
    @Nullable
    ProcessHandle driver() {
        return driver;
    }

    /** The folder that goes with this session. */
    Path temporary() {
        return temporary;
    }

    /** Whether the driver and the browser still run. */
    boolean alive() {
        ProcessHandle process = driver;
        return !killed
                && process != null
                && process.isAlive()
                && browser != null
                && browser.isConnected()
                && chromium != null
                && chromium.isAlive();
    }

    /** Ends the driver and the browser by force, from any thread, and waits a few seconds until they are gone. */
    synchronized void kill() {
        killed = true;
        Optional.ofNullable(driver)
                .or(this::startedDriver)
                .ifPresent(process -> ProcessTree.of(process).kill());
    }

    /** Ends the driver and the browser, by force if they do not end in time, and removes their files. */
    @Override
    public void close() {
        ProcessHandle process = driver;
        ProcessTree tree = process == null ? null : ProcessTree.of(process);
        if (playwright != null && !killed) {
            CompletableFuture<Void> watchdog = CompletableFuture.runAsync(
                    this::kill, CompletableFuture.delayedExecutor(ORDERLY_END.toMillis(), TimeUnit.MILLISECONDS));
            try {
                playwright.close();
            } catch (PlaywrightException e) {
                LOG.debug("The browser's driver did not end in order: {}", e.getMessage());
            } finally {
                watchdog.cancel(false);
            }
        }
        // Not while a kill is under way, for a process that still dies may still write.
        synchronized (this) {
            if (tree != null) {
                tree.kill();
            }
            FileTree.delete(temporary);
        }
    }
}
