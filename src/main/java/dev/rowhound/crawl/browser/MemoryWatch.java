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
 * Limits the memory of pages: measures a browser's processes a few times a second while an item runs, and kills the
 * page's process, or else the whole browser, above the limit. Without {@code /proc} it does nothing.
 */
final class MemoryWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryWatch.class);

    /** A page can grow by hundreds of megabytes a second; most items end before the first look. */
    private static final long INTERVAL_MILLIS = 250;

    private static final ScheduledExecutorService SCHEDULER = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "rowhound-browser-memory");
        thread.setDaemon(true);
        return thread;
    });

    private final BrowserSession session;
    private final BrowserLimits limits;
    private @Nullable ScheduledFuture<?> schedule;

    /** The renderer processes, or null where they must be looked up again. */
    private @Nullable List<Long> renderers;

    private long rendererMegabytes;
    private volatile @Nullable String killReason;

    MemoryWatch(BrowserSession session, BrowserLimits limits) {
        this.session = session;
        this.limits = limits;
    }

    /** Starts measuring for an item. */
    void begin() {
        killReason = null;
        schedule =
                SCHEDULER.scheduleWithFixedDelay(this::check, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Stops measuring. */
    void end() {
        ScheduledFuture<?> running = schedule;
        schedule = null;
        if (running != null) {
            running.cancel(false);
        }
    }

    /** Notes that a page was opened, which may have its own process. */
    void opened() {
        renderers = null;
    }

    /**
     * Measures the renderer processes between two items.
     *
     * @return the memory of the largest one, in megabytes
     */
    long measureRenderers() {
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
            renderers = null; // one has ended and may have been replaced
        }
        rendererMegabytes = sum;
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

    /** Returns the total memory of the renderer processes at the last {@link #measureRenderers}, in megabytes. */
    long rendererMegabytes() {
        return rendererMegabytes;
    }

    /** Returns why a process was killed since the item began, or null. */
    @Nullable
    String killReason() {
        return killReason;
    }

    /** Returns the unshared memory of all processes of the browser, in megabytes. */
    long megabytes() {
        ProcessHandle driver = session.driver();
        return driver == null ? 0 : total(ProcessMemory.below(driver.pid()));
    }

    private static long total(List<ProcessMemory> processes) {
        return processes.stream().mapToLong(ProcessMemory::megabytes).sum();
    }

    private void check() {
        try {
            ProcessHandle driver = session.driver();
            if (driver == null) {
                return;
            }
            List<ProcessMemory> processes = ProcessMemory.below(driver.pid());
            for (ProcessMemory process : processes) {
                if (process.megabytes() > limits.pageMegabytes() && process.isRenderer()) {
                    killReason = "The page used more than " + limits.pageMegabytes() + " MB of memory";
                    LOG.info("A page process of {} MB is killed", process.megabytes());
                    ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
                    return;
                }
            }
            if (total(processes) > limits.browserMegabytes() + limits.pageMegabytes()) {
                killReason = "The page made the browser use more than "
                        + (limits.browserMegabytes() + limits.pageMegabytes()) + " MB of memory";
                LOG.info("A browser of {} MB is killed", total(processes));
                session.kill();
            }
        } catch (RuntimeException e) {
            LOG.debug("The browser's memory could not be measured", e);
        }
    }

    @Override
    public void close() {
        end();
    }
}
