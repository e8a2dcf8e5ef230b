package dev.trawl.crawl.browser;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.PlaywrightException;
import dev.trawl.crawl.view.GoneException;
import dev.trawl.crawl.view.View;
import dev.trawl.job.ItemContext;
import dev.trawl.recipe.Recipe;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one slot's browser well: starts it, gives out its pages, and replaces it. */
public final class BrowserSupervisor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BrowserSupervisor.class);

    /**
     * Chromium and the driver grow with what they have opened; a fresh start costs about as much as a few items and is
     * not felt once in so many.
     */
    public static final int ITEMS_PER_BROWSER = 300;

    private final BrowserSetup setup;
    private final int itemsPerBrowser;
    private int items;
    private volatile @Nullable BrowserSession session;

    /** Replaces the browser after so many items. Starts nothing yet. */
    public BrowserSupervisor(BrowserSetup setup, int itemsPerBrowser) {
        this.setup = setup;
        this.itemsPerBrowser = itemsPerBrowser;
    }

    /**
     * A page for one item, in which nothing of an earlier one is left.
     *
     * @throws GoneException if no browser can be had
     * @throws IOException if its folder cannot be made
     */
    public View open(Recipe recipe, ItemContext context) throws IOException {
        try {
            return new BrowserView(this, freshContext(), context);
        } catch (PlaywrightException e) {
            throw new GoneException(reason(e), false, e);
        }
    }

    /** A context of the running browser; of a new one if it has died unnoticed since the last item. */
    private BrowserContext freshContext() throws IOException {
        BrowserSession current = session;
        if (current != null && items < itemsPerBrowser && current.alive()) {
            try {
                items++;
                return current.newContext();
            } catch (PlaywrightException e) {
                LOG.debug("The browser has died between two items: {}", e.getMessage());
            }
        }
        discard();
        BrowserSession started = new BrowserSession(setup);
        session = started;
        started.open();
        items = 1;
        return started.newContext();
    }

    /** Frees an item's context; a browser that cannot even do that is replaced. */
    void release(BrowserContext browserContext) {
        if (session == null) {
            return;
        }
        try {
            browserContext.close();
        } catch (PlaywrightException e) {
            LOG.debug("The browser has died after an item: {}", e.getMessage());
            discard();
        }
    }

    /** Whether the browser still does what it is told. */
    boolean answers() {
        BrowserSession current = session;
        if (current == null || !current.alive()) {
            return false;
        }
        try {
            current.newContext().close();
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
        if (current != null) {
            current.close();
        }
    }

    @Override
    public void close() {
        discard();
    }
}
