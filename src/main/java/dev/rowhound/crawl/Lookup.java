package dev.rowhound.crawl;

import dev.rowhound.crawl.page.PageKind;
import dev.rowhound.crawl.view.LookupException;
import dev.rowhound.crawl.view.Typed;
import dev.rowhound.crawl.view.View;
import dev.rowhound.crawl.view.ViewClosedException;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemResult;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.pattern.BudgetExceededException;

/** Looks one item up: opens the page, performs the recipe's steps, reads the outcome and follows links. */
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
     * @throws LoggedOutException if the session has expired
     * @throws ViewClosedException if the page, the browser or the driver has gone
     */
    ItemResult run() throws LoggedOutException {
        Recipe recipe = assignment.recipe();
        try {
            ItemValues values = new ItemValues(recipe.start(), assignment.input());
            StepRunner.Values typed = (template, step) -> Typed.of(values.text(template, step));
            PageFlow flow = new PageFlow(view, assignment, new QuestionFlow(view, assignment, typed), retryAfter);
            flow.open(values.address(recipe.start().url()), "start");
            PageKind kind = PageKind.main(recipe);
            flow.steps(recipe.steps(), "steps", typed, kind);
            Conclusion conclusion = flow.conclude(kind);
            if (!PageFlow.isFound(conclusion)) {
                return conclusion.result();
            }
            return new LinkFollower(view, assignment, flow, kind, values).from(conclusion);
        } catch (LookupException e) {
            return result(assignment, e);
        } catch (BudgetExceededException e) {
            return result(assignment, exceeded(assignment, e));
        }
    }

    /** Creates the error for a page on which a computation exceeds its budget. */
    static LookupException exceeded(Assignment assignment, BudgetExceededException e) {
        return new LookupException(
                ErrorCode.TIMEOUT,
                "The page takes too long to read: " + e.getMessage(),
                assignment.timeline().step());
    }

    /** Returns the item's result: the timeout of the whole item where that caused the exception. */
    static ItemResult result(Assignment assignment, LookupException e) {
        if (e.code() != ErrorCode.TIMEOUT || !assignment.clock().over()) {
            return e.result();
        }
        String step = e.result().error() == null
                ? "outcome"
                : String.valueOf(e.result().error().step());
        return ItemResult.failed(
                ErrorCode.TIMEOUT,
                "The look-up took longer than " + assignment.recipe().timeouts().itemMillis() + " ms",
                step);
    }
}
