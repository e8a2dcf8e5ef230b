package dev.rowhound.crawl.browser;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.PlaywrightException;
import dev.rowhound.crawl.install.BrowserSetup;
import dev.rowhound.crawl.install.PlaywrightDriver;
import dev.rowhound.crawl.view.GoneException;
import dev.rowhound.crawl.view.SessionState;
import dev.rowhound.crawl.view.View;
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
 * Keeps one slot's browser well: starts it, gives out its pages, and replaces what has grown, died or holds its thread.
 * It belongs to one thread; only {@link #kill} may be called from others.
 */
public final class BrowserSupervisor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BrowserSupervisor.class);

    /** Recipes whose items a slot works on in turn have pages of their own where they ask for different ones. */
    private static final int MAX_PAGES = 4;

    /** How often all the browser's processes are looked at, in items; those of its pages are after each one. */
    private static final int MEASURE_EVERY = 10;

    /**
     * Which share of a page's memory an earlier one may have left in its process. V8 frees that only when as much again
     * has been taken, and until then the next page would answer for it.
     */
    private static final int LEFT_SHARE = 2;

    /** How long a page may take to be left, cleared or closed before its browser is killed. */
    private static final int RELEASE_MILLIS = 5_000;

    /** How long the running browser may take to give an item its page, before it is killed and another one started. */
    private static final int BEGIN_MILLIS = 20_000;

    private final BrowserSetup setup;
    private final BrowserLimits limits;
    private final @Nullable BrowserProxy proxy;
    private final Watchdog watchdog = new Watchdog(this::kill);

    /** The pages that wait for an item, the one that waits longest first. */
    private final Map<PageWishes, KeptPage> pages = new LinkedHashMap<>();

    private int items;
    private @Nullable BrowserSetup whole;

    /** What the running browser was started with. */
    private @Nullable BrowserSetup running;

    private volatile @Nullable BrowserSession session;
    private @Nullable MemoryWatch memory;

    /**
     * Starts nothing yet.
     *
     * @param proxy the browser's only way out, which is closed with this, or null for a browser that goes where it likes
     */
    public BrowserSupervisor(BrowserSetup setup, BrowserLimits limits, @Nullable BrowserProxy proxy) {
        this.setup = setup;
        this.limits = limits;
        this.proxy = proxy;
    }

    /**
     * A page for one item, in which nothing of an earlier one is left but what belongs to its session.
     *
     * @param state what it goes on with, or null for a page that knows nothing of others
     * @param egress what its requests go through, and may reach besides
     * @throws GoneException if no browser can be had
     * @throws BrowserUnavailableException if the recipe needs one that this machine lacks
     * @throws IOException if its folder cannot be made
     */
    public View open(Recipe recipe, @Nullable SessionState state, EgressPolicy egress, ItemContext context)
            throws IOException {
        PageWishes wishes = PageWishes.of(recipe.browsing(), state);
        try {
            if (proxy != null) {
                proxy.begin(egress);
            }
            Recording recording = Recording.isWanted(recipe.evidence())
                    ? new Recording(recipe.evidence(), PlaywrightDriver.temporaryFolder(setup.data()))
                    : null;
            KeptPage page = page(wishes, recording, setup(recipe));
            MemoryWatch watch = memory;
            if (watch != null) {
                watch.begin();
            }
            return new BrowserView(this, page, wishes, recording, recipe.waitsForResponses(), context);
        } catch (PlaywrightException e) {
            throw new GoneException(reason(e), false, e);
        }
    }

    private BrowserSetup setup(Recipe recipe) {
        if (recipe.browsing().browser() == Browser.SHELL) {
            return setup;
        }
        BrowserSetup found = whole;
        if (found == null) {
            found = setup.whole();
            whole = found;
        }
        return found;
    }

    /** A page of the running browser; of another one if it is of another kind, or has died unnoticed. */
    private KeptPage page(PageWishes wishes, @Nullable Recording recording, BrowserSetup wanted) throws IOException {
        BrowserSession current = session;
        if (current != null && wanted.equals(running) && !isSpent() && current.alive()) {
            items++;
            try {
                KeptPage kept = recording == null ? pages.remove(wishes) : null;
                return watchdog.guard(
                        BEGIN_MILLIS,
                        () -> kept == null ? freshPage(current, wishes, recording) : begun(current, kept, wishes));
            } catch (PlaywrightException | Watchdog.BitException e) {
                LOG.debug("The browser has died between two items: {}", e.getMessage());
            }
        }
        discard();
        BrowserSession started = new BrowserSession(wanted, LaunchFlags.of(proxy));
        running = wanted;
        session = started;
        started.open();
        memory = new MemoryWatch(started, limits);
        items = 1;
        return freshPage(started, wishes, recording);
    }

    private KeptPage begun(BrowserSession current, KeptPage kept, PageWishes wishes) {
        try {
            kept.begin(wishes.session() == null);
            if (!kept.worn()) {
                return kept;
            }
        } catch (PlaywrightException e) {
            LOG.debug("A page has died between two items: {}", e.getMessage());
        }
        kept.close();
        return freshPage(current, wishes, null);
    }

    private KeptPage freshPage(BrowserSession current, PageWishes wishes, @Nullable Recording recording) {
        MemoryWatch watch = memory;
        if (watch != null) {
            watch.opened();
        }
        if (recording == null) {
            return new KeptPage(current.newContext(wishes.options()), wishes.block(), limits.keepCache());
        }
        BrowserContext recorded = current.newContext(recording.of(wishes.options()));
        recording.begin(recorded);
        KeptPage page = new KeptPage(recorded, wishes.block(), limits.keepCache());
        page.wear();
        return page;
    }

    /** Whether the browser has done its part, or has grown too large. */
    private boolean isSpent() {
        if (items >= limits.items()) {
            return true;
        }
        MemoryWatch watch = memory;
        if (watch == null) {
            return false;
        }
        long megabytes = items % MEASURE_EVERY == 0 ? watch.megabytes() : watch.settled();
        if (megabytes > limits.browserMegabytes()) {
            LOG.info("The browser holds {} MB after {} items and is replaced", megabytes, items);
            return true;
        }
        return false;
    }

    /** Takes an item's page back: cleared and kept, or closed. A browser that cannot even do that is replaced. */
    void release(KeptPage page, PageWishes wishes) {
        MemoryWatch watch = memory;
        if (watch != null) {
            watch.end();
        }
        if (session == null) {
            return;
        }
        try {
            watchdog.guard(RELEASE_MILLIS, () -> {
                if (page.worn() || !cleared(page, wishes)) {
                    page.close();
                } else if (watch != null && watch.settle() > limits.pageMegabytes() / LEFT_SHARE) {
                    page.close(); // and its process with it
                } else {
                    keep(page, wishes);
                }
                return true;
            });
        } catch (PlaywrightException | Watchdog.BitException e) {
            LOG.debug("The browser has died after an item: {}", e.getMessage());
            bury();
        }
    }

    /** Whether nothing of the item is left in the page. */
    private static boolean cleared(KeptPage page, PageWishes wishes) {
        try {
            page.leave();
            if (wishes.session() == null) {
                page.clear();
            }
            return !page.worn();
        } catch (PlaywrightException e) {
            LOG.debug("A page could not be cleared: {}", e.getMessage());
            return false;
        }
    }

    private void keep(KeptPage page, PageWishes wishes) {
        page.rest();
        KeptPage other = pages.put(wishes, page);
        if (other != null) {
            other.close();
        }
        if (pages.size() > MAX_PAGES) {
            PageWishes oldest = List.copyOf(pages.keySet()).get(0);
            KeptPage dropped = pages.remove(oldest);
            if (dropped != null) {
                dropped.close();
            }
        }
    }

    /** What has ended the page from outside since its item began, for a person, or null. */
    @Nullable
    String tooLarge() {
        MemoryWatch watch = memory;
        return watch == null ? null : watch.bitten();
    }

    /** The proxy that the browser goes through, or null. */
    @Nullable
    BrowserProxy browserProxy() {
        return proxy;
    }

    /** Whether the browser still does what it is told. */
    boolean answers() {
        BrowserSession current = session;
        if (current == null || !current.alive()) {
            return false;
        }
        try {
            current.newContext(PageWishes.NONE.options()).close();
            return true;
        } catch (PlaywrightException e) {
            return false;
        }
    }

    /** What to tell a person of a browser that is gone. */
    String reason(PlaywrightException e) {
        return String.valueOf(e.getMessage()).contains("No usable sandbox")
                ? "this machine does not let Chromium's sandbox work; mend that or set crawl.sandbox to \"off\""
                : NavigationFault.firstLine(e.getMessage());
    }

    /** Ends the browser by force, from any thread; the next item gets another one. */
    public void kill() {
        BrowserSession current = session;
        if (current != null) {
            current.kill();
        }
    }

    /** Frees a browser of which nothing can be saved: its orderly end would take seconds after the loss of a process. */
    public void bury() {
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
