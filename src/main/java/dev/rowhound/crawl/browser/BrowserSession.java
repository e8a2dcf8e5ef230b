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
 * One Chromium and its Playwright driver, with their own temporary folder. Confined to one thread, except for {@link
 * #kill}.
 */
final class BrowserSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BrowserSession.class);
    private static final double LAUNCH_MILLIS = 30_000;

    /** An orderly shutdown lets Chromium reap its own processes; it takes a fraction of this time. */
    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(4);

    /** Drivers are started one at a time in this JVM, so that the new child process can be attributed. */
    private static final ReentrantLock START = new ReentrantLock();

    private final BrowserSetup setup;
    private final Path temporary;
    private final List<String> flags;
    private @Nullable Playwright playwright;
    private @Nullable Browser browser;

    /** The driver's child, looked up only once, since the lookup lists all processes of the system. */
    private @Nullable ProcessHandle chromium;

    private volatile @Nullable Set<ProcessHandle> childrenBefore;
    private volatile @Nullable ProcessHandle driver;
    private volatile boolean killed;

    /**
     * Creates the temporary folder only, so that {@link #kill} works while {@link #open} is under way.
     *
     * @param flags additional command-line flags for Chromium
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
                        // A terminal sends its signals to the whole process group, but this process decides when the
                        // browser ends: it may want to finish its items first.
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
            // Holds Playwright's profile and Chromium's temporary files.
            environment.put("TMPDIR", temporary.toString());
            System.setProperty("playwright.cli.dir", setup.driver().folder().toString());
            // Playwright.create() reuses the folder and environment of its first call in this JVM; createImpl with a
            // forced new instance does not.
            playwright = PlaywrightImpl.createImpl(new Playwright.CreateOptions().setEnv(environment), true);
            driver = startedDriver().orElse(null);
        } finally {
            childrenBefore = null;
            START.unlock();
        }
    }

    /** Finds the driver among the child processes started since {@link #childrenBefore} was set. */
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

    /** Accepts any new child where the system does not expose process arguments. */
    private static boolean runsDriver(ProcessHandle child) {
        return child.info()
                .arguments()
                .map(arguments -> Arrays.asList(arguments).contains("run-driver"))
                .orElse(true);
    }

    /**
     * Creates an empty browser context.
     *
     * @throws PlaywrightException if the browser is gone
     */
    BrowserContext newContext(Browser.NewContextOptions options) {
        if (browser == null) {
            throw new IllegalStateException("open() comes first");
        }
        return browser.newContext(options);
    }

    /** Returns the driver, which is the root of all processes of this session, or null before it runs. */
    @Nullable
    ProcessHandle driver() {
        return driver;
    }

    /** Returns the folder that is deleted with this session. */
    Path temporary() {
        return temporary;
    }

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

    /** Kills the driver and the browser, from any thread, and waits a few seconds for their end. */
    synchronized void kill() {
        killed = true;
        Optional.ofNullable(driver)
                .or(this::startedDriver)
                .ifPresent(process -> ProcessTree.of(process).kill());
    }

    /** Shuts the driver and the browser down, kills them if they do not end in time, and deletes their files. */
    @Override
    public void close() {
        ProcessHandle process = driver;
        ProcessTree tree = process == null ? null : ProcessTree.of(process);
        if (playwright != null && !killed) {
            CompletableFuture<Void> watchdog = CompletableFuture.runAsync(
                    this::kill, CompletableFuture.delayedExecutor(SHUTDOWN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
            try {
                playwright.close();
            } catch (PlaywrightException e) {
                LOG.debug("The browser's driver did not shut down cleanly: {}", e.getMessage());
            } finally {
                watchdog.cancel(false);
            }
        }
        // Waits for a kill under way: a dying process may still write.
        synchronized (this) {
            if (tree != null) {
                tree.kill();
            }
            FileTree.delete(temporary);
        }
    }
}
