package dev.rowhound.crawl;

import dev.rowhound.crawl.page.PageKind;
import dev.rowhound.crawl.view.LookupException;
import dev.rowhound.crawl.view.Typed;
import dev.rowhound.crawl.view.View;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.recipe.Session.Login;
import dev.rowhound.recipe.pattern.BudgetExceededException;

/** Logs a user in on a separate page that leaves no evidence, since credentials are typed there. */
final class LoginRun {
    static final String STEP = "session.login";

    private final View view;
    private final Assignment assignment;
    private final Secrets secrets;
    private final RetryAfter retryAfter;

    LoginRun(View view, Assignment assignment, Secrets secrets, RetryAfter retryAfter) {
        this.view = view;
        this.assignment = assignment;
        this.secrets = secrets;
        this.retryAfter = retryAfter;
    }

    /**
     * @throws LookupException with {@code login} if the steps do not lead to a page of a logged-in user
     */
    void run(Login login) throws LookupException {
        PageFlow flow = new PageFlow(
                view,
                assignment,
                new QuestionFlow(view, assignment, (template, step) -> Typed.of(template)),
                retryAfter);
        try {
            flow.open(login.url(), STEP);
            PageKind kind = PageKind.loggedIn(login);
            flow.steps(login.steps(), STEP + ".steps", secrets::typed, kind);
            flow.conclude(kind);
        } catch (LookupException e) {
            throw asLoginFault(e);
        } catch (BudgetExceededException e) {
            throw Lookup.exceeded(assignment, e);
        } catch (LoggedOutException e) {
            throw new LookupException(ErrorCode.LOGIN, "The log-in failed", STEP);
        }
    }

    /** Maps faults of the site's pages to {@code login}, which is not retried; an unreachable site may be retried. */
    private LookupException asLoginFault(LookupException e) {
        ErrorCode code = e.code();
        boolean refused = code == ErrorCode.UNRECOGNISED
                || code == ErrorCode.SELECTOR_MISSING
                || code == ErrorCode.HTTP_4XX
                || code == ErrorCode.BLOCKED;
        String step = e.result().error() == null
                ? STEP
                : String.valueOf(e.result().error().step());
        return refused
                ? new LookupException(
                        ErrorCode.LOGIN, "The log-in failed: " + secrets.redact(String.valueOf(e.getMessage())), step)
                : e;
    }
}
