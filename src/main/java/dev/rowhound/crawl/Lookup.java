package dev.rowhound.crawl;

import dev.rowhound.crawl.page.PageKind;
import dev.rowhound.crawl.view.GoneException;
import dev.rowhound.crawl.view.LookupException;
import dev.rowhound.crawl.view.Typed;
import dev.rowhound.crawl.view.View;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemResult;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.pattern.BudgetExceededException;

/** One item's way through a site: opens the page, does the recipe's steps, reads what came of it, and follows it. */
final class Lookup {
    private final View view;
    private final Assignment assignment;
    private final RetryAfter retryAfter;

    Lookup(View view, Assignment assignment, RetryAfter retryAfter) {
        this.view = view;
        this.assignment = assignment;
        this.retryAfter = retryAfter;
    }

    /**
     * Looks the item up.
     *
     * @throws LoggedOutException if the session has lapsed
     * @throws GoneException if the page, the browser or the driver goes away
     */
    ItemResult run() throws LoggedOutException {
        Recipe recipe = assignment.recipe();
        try {
            ItemValues values = new ItemValues(recipe.start(), assignment.input());
            StepRunner.Values typed = (template, step) -> Typed.of(values.text(template, step));
            PageFlow flow = new PageFlow(view, assignment, new Asking(view, assignment, typed), retryAfter);
            flow.open(values.address(recipe.start().url()), "start");
            PageKind kind = PageKind.main(recipe);
            flow.steps(recipe.steps(), "steps", typed, kind);
            Conclusion conclusion = flow.conclude(kind);
            if (!PageFlow.isFound(conclusion)) {
                return conclusion.result();
            }
            return new Following(view, assignment, flow, kind, values).from(conclusion);
        } catch (LookupException e) {
            return result(assignment, e);
        } catch (BudgetExceededException e) {
            return result(assignment, exceeded(assignment, e));
        }
    }

    /** A page on which a computation takes too long. */
    static LookupException exceeded(Assignment assignment, BudgetExceededException e) {
        return new LookupException(
                ErrorCode.TIMEOUT,
                "The page takes too long to read: " + e.getMessage(),
                assignment.timeline().step());
    }

    /** What the item comes to: the time-out of the whole item, where that is what has run out. */
    static ItemResult result(Assignment assignment, LookupException e) {
        if (e.code() != ErrorCode.TIMEOUT || !assignment.clock().over()) {
            return e.result();
        }
        String step = e.result().error() == null
                ? "outcome"
                : String.valueOf(e.result().error().step());
        return ItemResult.failed(
                ErrorCode.TIMEOUT,
                "The item was not done within " + assignment.recipe().timeouts().itemMillis() + " ms",
                step);
    }
}
