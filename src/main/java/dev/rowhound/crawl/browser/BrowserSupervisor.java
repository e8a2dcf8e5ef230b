package dev.rowhound.crawl.browser;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.PlaywrightException;
import dev.rowhound.crawl.install.BrowserSetup;
import dev.rowhound.crawl.install.PlaywrightDriver;
import dev.rowhound.crawl.view.SessionState;
import dev.rowhound.crawl.view.View;
import dev.rowhound.crawl.view.ViewClosedException;
import dev.rowhound.egress.BrowserProxy;
import dev.rowhound.egress.EgressPolicy;
import dev.rowhound.job.ItemContext;
import dev.rowhound.recipe.Browsing.Browser;
import dev.rowhound.recipe.Recipe;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Manages one slot's browser: starts it, hands out its pages, and replaces it when it has grown, died or hangs.
 * Confined to one thread, except for {@link #kill}.
 */
public final class BrowserSupervisor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BrowserSupervisor.class);

    /** The number of idle pages kept, for recipes that ask for different page options and take turns in a slot. */
    private static final int MAX_PAGES = 4;

    /** All processes of the browser are measured after this many items, those of its pages after each one. */
    private static final int MEASURE_INTERVAL_ITEMS = 10;

    /**
     * A page's process may keep half of the page limit from earlier items: V8 frees that only after as much again has
     * been allocated, and until then it would count against the next page.
     */
    private static final int RETAINED_DIVISOR = 2;

    private static final int RELEASE_MILLIS = 5_000;

    private static final int BEGIN_MILLIS = 20_000;

    private final BrowserSetup setup;
    private final BrowserLimits limits;
    private final @Nullable BrowserProxy proxy;
    private final Watchdog watchdog = new Watchdog(this::kill);

    /** Idle pages, least recently used first. */
    private final Map<PageOptions, ReusablePage> pages = new LinkedHashMap<>();

    private int items;
    private @Nullable BrowserSetup fullSetup;

    private @Nullable BrowserSetup runningSetup;

    private volatile @Nullable BrowserSession session;
    private @Nullable MemoryWatch memory;

    /**
     * Creates the supervisor without starting a browser.
     *
     * @param proxy the browser's only access to the network, closed with this supervisor, or null for direct access
     */
    public BrowserSupervisor(BrowserSetup setup, BrowserLimits limits, @Nullable BrowserProxy proxy) {
        this.setup = setup;
        this.limits = limits;
        this.proxy = proxy;
    }

    /**
     * Opens a page for one item that holds no state of earlier items, except that of its session.
     *
     * @param state the session state to continue with, or null
     * @param egress the proxy to use and any internal addresses that may be reached
     * @throws ViewClosedException if no browser can be started
     * @throws BrowserUnavailableException if the recipe needs a browser that this machine lacks
     * @throws IOException if the temporary folder cannot be created
     */
    public View open(Recipe recipe, @Nullable SessionState state, EgressPolicy egress, ItemContext context)
            throws IOException {
        PageOptions options = PageOptions.of(recipe.browsing(), state);
        try {
            if (proxy != null) {
                proxy.begin(egress);
            }
            Recording recording = Recording.isWanted(recipe.evidence())
                    ? new Recording(recipe.evidence(), PlaywrightDriver.temporaryFolder(setup.data()))
                    : null;
            ReusablePage page = page(options, recording, setup(recipe));
            MemoryWatch watch = memory;
            if (watch != null) {
                watch.begin();
            }
            return new BrowserView(this, page, options, recording, recipe.waitsForResponses(), context);
        } catch (PlaywrightException e) {
            throw new ViewClosedException(reason(e), false, e);
        }
    }

    private BrowserSetup setup(Recipe recipe) {
        if (recipe.browsing().browser() == Browser.SHELL) {
            return setup;
        }
        BrowserSetup found = fullSetup;
        if (found == null) {
            found = setup.withFullChromium();
            fullSetup = found;
        }
        return found;
    }

    /**
     * Returns a page of the running browser, or of a new one if another executable is needed or the browser has died.
     */
    private ReusablePage page(PageOptions options, @Nullable Recording recording, BrowserSetup wanted)
            throws IOException {
        BrowserSession current = session;
        if (current != null && wanted.equals(runningSetup) && !isSpent() && current.alive()) {
            items++;
            try {
                ReusablePage kept = recording == null ? pages.remove(options) : null;
                return watchdog.guard(
                        BEGIN_MILLIS,
                        () -> kept == null ? freshPage(current, options, recording) : reused(current, kept, options));
            } catch (PlaywrightException | Watchdog.KilledException e) {
                LOG.debug("The browser crashed between two items: {}", e.getMessage());
            }
        }
        discard();
        BrowserSession started = new BrowserSession(wanted, LaunchFlags.of(proxy));
        runningSetup = wanted;
        session = started;
        started.open();
        memory = new MemoryWatch(started, limits);
        items = 1;
        return freshPage(started, options, recording);
    }

    private ReusablePage reused(BrowserSession current, ReusablePage kept, PageOptions options) {
        try {
            kept.begin(options.session() == null);
            if (!kept.dirty()) {
                return kept;
            }
        } catch (PlaywrightException e) {
            LOG.debug("A page crashed between two items: {}", e.getMessage());
        }
        kept.close();
        return freshPage(current, options, null);
    }

    private ReusablePage freshPage(BrowserSession current, PageOptions options, @Nullable Recording recording) {
        MemoryWatch watch = memory;
        if (watch != null) {
            watch.opened();
        }
        if (recording == null) {
            return new ReusablePage(current.newContext(options.contextOptions()), options.block(), limits.keepCache());
        }
        BrowserContext recorded = current.newContext(recording.of(options.contextOptions()));
        recording.begin(recorded);
        ReusablePage page = new ReusablePage(recorded, options.block(), limits.keepCache());
        page.markDirty();
        return page;
    }

    /** Returns whether the browser has reached its item or memory limit. */
    private boolean isSpent() {
        if (items >= limits.items()) {
            return true;
        }
        MemoryWatch watch = memory;
        if (watch == null) {
            return false;
        }
        long megabytes = items % MEASURE_INTERVAL_ITEMS == 0 ? watch.megabytes() : watch.rendererMegabytes();
        if (megabytes > limits.browserMegabytes()) {
            LOG.info("The browser uses {} MB after {} items and is replaced", megabytes, items);
            return true;
        }
        return false;
    }

    /**
     * Takes an item's page back and either clears and keeps it, or closes it. A browser that fails at that is replaced.
     */
    void release(ReusablePage page, PageOptions options) {
        MemoryWatch watch = memory;
        if (watch != null) {
            watch.end();
        }
        if (session == null) {
            return;
        }
        try {
            watchdog.guard(RELEASE_MILLIS, () -> {
                if (page.dirty() || !cleared(page, options)) {
                    page.close();
                } else if (watch != null && watch.measureRenderers() > limits.pageMegabytes() / RETAINED_DIVISOR) {
                    page.close(); // also ends its process
                } else {
                    keep(page, options);
                }
                return true;
            });
        } catch (PlaywrightException | Watchdog.KilledException e) {
            LOG.debug("The browser crashed after an item: {}", e.getMessage());
            discardDead();
        }
    }

    /** Clears the page and returns whether it may be reused. */
    private static boolean cleared(ReusablePage page, PageOptions options) {
        try {
            page.leave();
            if (options.session() == null) {
                page.clear();
            }
            return !page.dirty();
        } catch (PlaywrightException e) {
            LOG.debug("A page could not be cleared: {}", e.getMessage());
            return false;
        }
    }

    private void keep(ReusablePage page, PageOptions options) {
        page.markIdle();
        ReusablePage other = pages.put(options, page);
        if (other != null) {
            other.close();
        }
        if (pages.size() > MAX_PAGES) {
            PageOptions oldest = List.copyOf(pages.keySet()).get(0);
            ReusablePage dropped = pages.remove(oldest);
            if (dropped != null) {
                dropped.close();
            }
        }
    }

    /** Returns why the page was killed since its item began, or null. */
    @Nullable
    String tooLarge() {
        MemoryWatch watch = memory;
        return watch == null ? null : watch.killReason();
    }

    @Nullable
    BrowserProxy browserProxy() {
        return proxy;
    }

    /** Returns whether the browser still responds. */
    boolean answers() {
        BrowserSession current = session;
        if (current == null || !current.alive()) {
            return false;
        }
        try {
            current.newContext(PageOptions.DEFAULT.contextOptions()).close();
            return true;
        } catch (PlaywrightException e) {
            return false;
        }
    }

    /** Returns the reason of a browser failure, for people. */
    String reason(PlaywrightException e) {
        return String.valueOf(e.getMessage()).contains("No usable sandbox")
                ? "Chromium's sandbox does not work on this machine; fix this or set crawl.sandbox to \"off\""
                : NavigationFault.firstLine(e.getMessage());
    }

    /** Kills the browser, from any thread; the next item gets another one. */
    public void kill() {
        BrowserSession current = session;
        if (current != null) {
            current.kill();
        }
    }

    /** Discards a dead browser by force: an orderly shutdown would take seconds after the loss of a process. */
    public void discardDead() {
        kill();
        discard();
    }

    private void discard() {
        BrowserSession current = session;
        session = null;
        pages.clear();
        MemoryWatch watch = memory;
        memory = null;
        if (watch != null) {
            watch.close();
        }
        if (current != null) {
            current.close();
        }
    }

    @Override
    public void close() {
        discard();
        if (proxy != null) {
            proxy.close();
        }
    }
}
