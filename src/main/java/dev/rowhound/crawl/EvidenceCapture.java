package dev.rowhound.crawl;

import dev.rowhound.crawl.view.View;
import dev.rowhound.job.Evidence;
import dev.rowhound.job.ItemContext;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.Visit;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.Recipe.When;

/** Stores the evidence from which a person can tell why an item ended as it did. */
final class EvidenceCapture {
    private EvidenceCapture() {}

    /**
     * Passes the screenshot, the trace and the HAR to the item's context, as far as the recipe's evidence policy says
     * so.
     *
     * @param secrets are removed from console messages and fields
     * @return the result, with the visit added
     */
    static ItemResult capture(View view, Assignment assignment, Secrets secrets, ItemResult result) {
        boolean failed = result.state() == ItemState.FAILED || result.state() == ItemState.BLOCKED;
        Recipe.EvidencePolicy wanted = assignment.recipe().evidence();
        ItemContext context = assignment.context();
        Visit visit = assignment
                .timeline()
                .visit(
                        view.engine(),
                        view.console().stream().map(secrets::redact).toList());
        if (context.watched()
                || wanted.screenshot() == When.ALWAYS
                || (wanted.screenshot() == When.ON_FAILURE && failed)) {
            view.screenshot()
                    .ifPresent(picture -> context.evidence(new Evidence(Evidence.SCREENSHOT, "image/png", picture)));
        }
        view.recordings(failed, secrets::redact).forEach(context::evidence);
        return new ItemResult(result.state(), secrets.redact(result.fields()), result.error(), visit);
    }
}
