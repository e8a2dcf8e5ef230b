package dev.rowhound.crawl.browser;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds what a page may take of the machine's memory: looks at the processes of one browser a few times a second while
 * an item is under way, and ends the page's process, or else the whole browser, where that is too much. On systems
 * without {@code /proc} it sees nothing.
 */
final class MemoryWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryWatch.class);

    /** A page grows by hundreds of megabytes a second; most items have ended before the first look. */
    private static final long LOOK_MILLIS = 250;

    private static final ScheduledExecutorService CLOCK = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "rowhound-browser-memory");
        thread.setDaemon(true);
        return thread;
    });

    private final BrowserSession session;
    private final BrowserLimits limits;
    private @Nullable ScheduledFuture<?> looks;

    /** The processes that show pages, or null where another one may have come. */
    private @Nullable List<Long> renderers;

    private long settled;
    private volatile @Nullable String bitten;

    /** Watches that browser's processes. */
    MemoryWatch(BrowserSession session, BrowserLimits limits) {
        this.session = session;
        this.limits = limits;
    }

    /** An item begins. */
    void begin() {
        bitten = null;
        looks = CLOCK.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The item has ended. */
    void end() {
        ScheduledFuture<?> running = looks;
        looks = null;
        if (running != null) {
            running.cancel(false);
        }
    }

    /** Another page has been opened, which may have a process of its own. */
    void opened() {
        renderers = null;
    }

    /**
     * Notes what the pages' processes hold between two items.
     *
     * @return how much the largest holds, in megabytes
     */
    long settle() {
        long sum = 0;
        long largest = 0;
        try {
            List<Long> known = renderers == null ? findRenderers() : renderers;
            renderers = known;
            for (long pid : known) {
                long megabytes = ProcessMemory.of(pid).megabytes();
                sum += megabytes;
                largest = Math.max(largest, megabytes);
            }
        } catch (IOException | RuntimeException e) {
            renderers = null; // one has ended, and perhaps given way to another
        }
        settled = sum;
        return largest;
    }

    private List<Long> findRenderers() {
        ProcessHandle driver = session.driver();
        return driver == null
                ? List.of()
                : ProcessMemory.below(driver.pid()).stream()
                        .filter(ProcessMemory::isRenderer)
                        .map(ProcessMemory::pid)
                        .toList();
    }

    /** How much the pages' processes held together when that was noted last, in megabytes. */
    long settled() {
        return settled;
    }

    /** What was ended since the item began because of its size, for a person, or null. */
    @Nullable
    String bitten() {
        return bitten;
    }

    /** How much all the browser's processes hold by themselves, in megabytes. */
    long megabytes() {
        ProcessHandle driver = session.driver();
        return driver == null ? 0 : total(ProcessMemory.below(driver.pid()));
    }

    private static long total(List<ProcessMemory> processes) {
        return processes.stream().mapToLong(ProcessMemory::megabytes).sum();
    }

    private void look() {
        try {
            ProcessHandle driver = session.driver();
            if (driver == null) {
                return;
            }
            List<ProcessMemory> processes = ProcessMemory.below(driver.pid());
            for (ProcessMemory process : processes) {
                if (process.megabytes() > limits.pageMegabytes() && process.isRenderer()) {
                    bitten = "The page took more than " + limits.pageMegabytes() + " MB of memory";
                    LOG.info("A page's process of {} MB is ended", process.megabytes());
                    ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
                    return;
                }
            }
            if (total(processes) > limits.browserMegabytes() + limits.pageMegabytes()) {
                bitten = "The page made the browser take more than "
                        + (limits.browserMegabytes() + limits.pageMegabytes()) + " MB of memory";
                LOG.info("A browser of {} MB is ended", total(processes));
                session.kill();
            }
        } catch (RuntimeException e) {
            LOG.debug("The browser's memory could not be looked at", e);
        }
    }

    @Override
    public void close() {
        end();
    }
}
