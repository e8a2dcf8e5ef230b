package dev.rowhound.crawl;

import dev.rowhound.crawl.view.View;
import dev.rowhound.job.Evidence;
import dev.rowhound.job.ItemContext;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.Visit;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.Recipe.When;

/** Keeps what a person needs to see why an item came to what it did. */
final class EvidenceCapture {
    private EvidenceCapture() {}

    /**
     * Hands the picture of the page, the trace and the HAR to the item's context, as far as its recipe wants them.
     *
     * @param secrets are not told again in what the page says
     * @return the result, with where the attempt got to
     */
    static ItemResult keep(View view, Assignment assignment, Secrets secrets, ItemResult result) {
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
            view.picture()
                    .ifPresent(picture -> context.evidence(new Evidence(Evidence.SCREENSHOT, "image/png", picture)));
        }
        view.recordings(failed, secrets::redact).forEach(context::evidence);
        return new ItemResult(result.state(), secrets.redact(result.fields()), result.error(), visit);
    }
}
