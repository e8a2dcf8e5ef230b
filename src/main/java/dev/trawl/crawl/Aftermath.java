package dev.trawl.crawl;

import dev.trawl.crawl.view.View;
import dev.trawl.job.Evidence;
import dev.trawl.job.ItemContext;
import dev.trawl.job.ItemResult;
import dev.trawl.job.ItemState;
import dev.trawl.recipe.Recipe;
import dev.trawl.recipe.Recipe.When;

/** Keeps what a person needs to see why an item came to what it did. */
final class Aftermath {
    private Aftermath() {}

    /**
     * Hands the picture of the page, the trace and the HAR to the item's context, as far as its recipe wants them.
     *
     * @return the result, with where the attempt got to
     */
    static ItemResult keep(View view, Assignment assignment, ItemResult result) {
        boolean failed = result.state() == ItemState.FAILED || result.state() == ItemState.BLOCKED;
        Recipe.Evidence wanted = assignment.recipe().evidence();
        ItemContext context = assignment.context();
        ItemResult told = result.with(assignment.trail().visit(view.engine(), view.console()));
        if (wanted.screenshot() == When.ALWAYS || (wanted.screenshot() == When.ON_FAILURE && failed)) {
            view.picture()
                    .ifPresent(picture -> context.evidence(new Evidence(Evidence.SCREENSHOT, "image/png", picture)));
        }
        view.recordings(failed).forEach(context::evidence);
        return told;
    }
}
