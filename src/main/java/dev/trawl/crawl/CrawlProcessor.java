package dev.trawl.crawl;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import dev.trawl.job.ErrorCode;
import dev.trawl.job.ItemContext;
import dev.trawl.job.ItemInput;
import dev.trawl.job.ItemResult;
import dev.trawl.job.Processor;
import dev.trawl.recipe.Recipe;
import java.io.IOException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks items up with a browser of its own: each in a context of its own, so none sees what another left. */
final class CrawlProcessor implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(CrawlProcessor.class);

    /**
     * Chromium and the driver grow with what they have opened; a fresh start costs about as much as a few items and is
     * not felt once in so many.
     */
    private static final int ITEMS_PER_BROWSER = 300;

    private static final String STEP = "browser";

    private static final RetryAfter RETRY_AFTER = new RetryAfter(Clock.systemUTC());

    private final BrowserSetup setup;
    private final RecipeSource recipes;
    private final int itemsPerBrowser;
    private int items;
    private volatile @Nullable BrowserSession session;
    private volatile boolean aborted;

    CrawlProcessor(BrowserSetup setup, RecipeSource recipes) {
        this(setup, recipes, ITEMS_PER_BROWSER);
    }

    /** Replaces the browser after so many items. */
    CrawlProcessor(BrowserSetup setup, RecipeSource recipes, int itemsPerBrowser) {
        this.setup = setup;
        this.recipes = recipes;
        this.itemsPerBrowser = itemsPerBrowser;
    }

    @Override
    public ItemResult process(ItemInput input, ItemContext context) throws IOException {
        aborted = false;
        Recipe recipe = recipes.recipeOf(input.job());
        Deadline deadline = Deadline.in(recipe.timeouts().itemMillis());
        context.progress(STEP);
        BrowserContext browserContext;
        try {
            browserContext = freshContext();
        } catch (PlaywrightException e) {
            return died(e, input);
        }
        try {
            ItemResult result = lookUp(browserContext, recipe, input, context, deadline);
            return aborted ? stopped() : result;
        } catch (PlaywrightException e) {
            return died(e, input);
        } finally {
            close(browserContext);
        }
    }

    private ItemResult lookUp(
            BrowserContext browserContext, Recipe recipe, ItemInput input, ItemContext context, Deadline deadline) {
        Page page = browserContext.newPage();
        try (PageDeath ends = new PageDeath(page)) {
            Watchdog watchdog = new Watchdog(this::kill);
            return new Lookup(page, recipe, input, context, deadline, watchdog, RETRY_AFTER).run();
        } catch (PlaywrightException e) {
            if (page.isClosed() && answers()) {
                return ItemResult.failed(ErrorCode.UNRECOGNISED, "The page closed itself", "outcome");
            }
            throw e;
        }
    }

    private boolean answers() {
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

    private ItemResult died(PlaywrightException e, ItemInput input) {
        // Its orderly end would take Chromium seconds after the loss of a process, and there is nothing left to save.
        kill();
        discard();
        if (aborted) {
            return stopped();
        }
        String reason = reason(e);
        LOG.info("The browser died under row {} of job {}: {}", input.row(), input.job(), reason);
        LOG.debug("The browser died", e);
        return ItemResult.failed(ErrorCode.BROWSER_CRASHED, "The browser died: " + reason, STEP);
    }

    private static String reason(PlaywrightException e) {
        return String.valueOf(e.getMessage()).contains("No usable sandbox")
                ? "this machine does not let Chromium's sandbox work; mend that or set crawl.sandbox to \"off\""
                : NavigationFault.firstLine(e.getMessage());
    }

    /** Frees an item's context; a browser that cannot even do that is replaced. */
    private void close(BrowserContext browserContext) {
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

    private static ItemResult stopped() {
        return ItemResult.failed(
                ErrorCode.BROWSER_CRASHED, "The browser was stopped while it worked on the item", STEP);
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

    private void discard() {
        BrowserSession current = session;
        session = null;
        if (current != null) {
            current.close();
        }
    }

    @Override
    public void abort() {
        aborted = true;
        kill();
    }

    private void kill() {
        BrowserSession current = session;
        if (current != null) {
            current.kill();
        }
    }

    @Override
    public void close() {
        discard();
    }
}
