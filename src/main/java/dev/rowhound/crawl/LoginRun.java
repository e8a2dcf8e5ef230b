package dev.rowhound.crawl;

import dev.rowhound.crawl.page.PageKind;
import dev.rowhound.crawl.view.LookupException;
import dev.rowhound.crawl.view.Typed;
import dev.rowhound.crawl.view.View;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.recipe.Session.Login;
import dev.rowhound.recipe.pattern.BudgetExceededException;

/** Logs a user in, on a page of its own that leaves no evidence: what is typed there is nobody else's business. */
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
     * Logs in.
     *
     * @throws LookupException with {@code login} if the steps do not lead to a page of a user who is logged in
     */
    void run(Login login) throws LookupException {
        PageFlow flow = new PageFlow(
                view, assignment, new Asking(view, assignment, (template, step) -> Typed.of(template)), retryAfter);
        try {
            flow.open(login.url(), STEP);
            PageKind kind = PageKind.loggedIn(login);
            flow.steps(login.steps(), STEP + ".steps", secrets::typed, kind);
            flow.conclude(kind);
        } catch (LookupException e) {
            throw told(e);
        } catch (BudgetExceededException e) {
            throw Lookup.exceeded(assignment, e);
        } catch (LoggedOutException e) {
            throw new LookupException(ErrorCode.LOGIN, "The log-in did not work", STEP);
        }
    }

    /** A site that cannot be reached may be tried again; one that lets nobody in may not. */
    private LookupException told(LookupException e) {
        ErrorCode code = e.code();
        boolean ofTheSite = code == ErrorCode.UNRECOGNISED
                || code == ErrorCode.SELECTOR_MISSING
                || code == ErrorCode.HTTP_4XX
                || code == ErrorCode.BLOCKED;
        String step = e.result().error() == null
                ? STEP
                : String.valueOf(e.result().error().step());
        return ofTheSite
                ? new LookupException(
                        ErrorCode.LOGIN,
                        "The log-in did not work: " + secrets.redact(String.valueOf(e.getMessage())),
                        step)
                : e;
    }
}
