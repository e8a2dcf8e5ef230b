package dev.trawl.crawl;

import dev.trawl.crawl.browser.BrowserSupervisor;
import dev.trawl.crawl.view.GoneException;
import dev.trawl.crawl.view.View;
import dev.trawl.job.ErrorCode;
import dev.trawl.job.ItemContext;
import dev.trawl.job.ItemInput;
import dev.trawl.job.ItemResult;
import dev.trawl.job.Processor;
import dev.trawl.recipe.Recipe;
import java.io.IOException;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks items up with a browser of its own: none sees what another left. */
final class CrawlProcessor implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(CrawlProcessor.class);
    private static final String STEP = "browser";
    private static final RetryAfter RETRY_AFTER = new RetryAfter(Clock.systemUTC());

    private final BrowserSupervisor browser;
    private final RecipeSource recipes;
    private volatile boolean aborted;

    CrawlProcessor(BrowserSupervisor browser, RecipeSource recipes) {
        this.browser = browser;
        this.recipes = recipes;
    }

    @Override
    public ItemResult process(ItemInput input, ItemContext context) throws IOException {
        aborted = false;
        Recipe recipe = recipes.recipeOf(input.job());
        Assignment assignment = Assignment.begin(recipe, input, context, null, null);
        assignment.trail().at(STEP);
        try (View view = browser.open(recipe, null, assignment.via(), context)) {
            ItemResult result = new Lookup(view, assignment, RETRY_AFTER).run();
            return aborted ? stopped() : Aftermath.keep(view, assignment, result);
        } catch (LoggedOutException e) {
            return ItemResult.failed(ErrorCode.LOGIN, "", "session.login");
        } catch (GoneException e) {
            return gone(e, input);
        }
    }

    private ItemResult gone(GoneException e, ItemInput input) {
        if (e.pageOnly() && !aborted) {
            return ItemResult.failed(ErrorCode.UNRECOGNISED, "The page closed itself", "outcome");
        }
        browser.bury();
        if (aborted) {
            return stopped();
        }
        LOG.info("The browser died under row {} of job {}: {}", input.row(), input.job(), e.getMessage());
        LOG.debug("The browser died", e);
        return ItemResult.failed(ErrorCode.BROWSER_CRASHED, "The browser died: " + e.getMessage(), STEP);
    }

    private static ItemResult stopped() {
        return ItemResult.failed(
                ErrorCode.BROWSER_CRASHED, "The browser was stopped while it worked on the item", STEP);
    }

    @Override
    public void abort() {
        aborted = true;
        browser.kill();
    }

    @Override
    public void close() {
        browser.close();
    }
}
