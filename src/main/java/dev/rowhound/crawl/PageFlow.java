package dev.rowhound.crawl;

import dev.rowhound.crawl.page.OutcomeJudge.Judgement;
import dev.rowhound.crawl.page.PageKind;
import dev.rowhound.crawl.view.Arrival;
import dev.rowhound.crawl.view.Deadline;
import dev.rowhound.crawl.view.LookupException;
import dev.rowhound.crawl.view.Snapshot;
import dev.rowhound.crawl.view.View;
import dev.rowhound.egress.RobotsTxt;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemError;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.recipe.Browsing;
import dev.rowhound.recipe.Step;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Opens pages and waits until each shows what it has come to. */
final class PageFlow {
    /** How long one look may wait for the page to change before the item says that it moves on. */
    private static final int PATIENCE_MILLIS = 1_000;

    /** How long a page with an error status, once loaded, may still turn out to be one that the recipe names. */
    private static final int ERROR_PAGE_MILLIS = 1_000;

    /** How long a page on which a step could not be done may take to be read once more. */
    private static final int LAST_LOOK_MILLIS = 2_000;

    private final View view;
    private final Assignment assignment;
    private final Asking asking;
    private final RetryAfter retryAfter;
    private boolean toldToSlowDown;
    private boolean askedToWait;

    PageFlow(View view, Assignment assignment, Asking asking, RetryAfter retryAfter) {
        this.view = view;
        this.assignment = assignment;
        this.asking = asking;
        this.retryAfter = retryAfter;
    }

    /**
     * Opens an address, if its site lets programs fetch it.
     *
     * @throws LookupException if no page comes
     */
    void open(String address, String step) throws LookupException {
        assignment.timeline().at(step);
        assignment.timeline().ask(address);
        obeyRobots(address, step);
        int limit = assignment.recipe().timeouts().navigationMillis();
        Arrival arrival;
        try {
            arrival = view.open(address, assignment.clock().deadline(limit, step), step);
        } catch (LookupException e) {
            throw e.code() == ErrorCode.TIMEOUT
                    ? new LookupException(
                            ErrorCode.TIMEOUT, "The page did not begin to arrive within " + limit + " ms", step)
                    : e;
        }
        toldToSlowDown = false;
        askedToWait = false;
        if (isTooMuch(arrival.status())) {
            long wait = retryAfter.millis(arrival.retryAfter());
            askedToWait = wait != RetryAfter.UNKNOWN;
            slowDown(wait);
        }
    }

    private void obeyRobots(String address, String step) throws LookupException {
        RobotsTxt robots = assignment.robots();
        if (robots == null || assignment.recipe().browsing().robots() == Browsing.Robots.IGNORE) {
            return;
        }
        long within = Math.min(
                assignment.clock().left(), assignment.recipe().timeouts().navigationMillis());
        RobotsTxt.Permission permission =
                robots.check(address, Duration.ofMillis(Math.max(1, within)), assignment.egress());
        if (permission.access() == RobotsTxt.Access.DISALLOWED) {
            throw new LookupException(ItemResult.blocked(ErrorCode.ROBOTS, permission.reason(), step));
        }
        if (permission.access() == RobotsTxt.Access.UNAVAILABLE) {
            throw new LookupException(ErrorCode.HTTP_5XX, permission.reason(), step);
        }
    }

    /** Whether a host with that status is asked too much, or not able to answer for a while. */
    private static boolean isTooMuch(int status) {
        return status == 429 || status == 503;
    }

    private void slowDown(long retryAfterMillis) {
        toldToSlowDown = true;
        assignment.context().slowDown(retryAfterMillis);
    }

    /**
     * Waits until the page shows an outcome, and where it is found also the required fields; a person is asked on the
     * way where the recipe says so.
     *
     * @throws LookupException if it is blocked, or shows none in time
     * @throws LoggedOutException if the session has lapsed
     */
    Conclusion conclude(PageKind kind) throws LookupException, LoggedOutException {
        String step = kind.step();
        int limit = assignment.recipe().timeouts().stepMillis();
        Deadline deadline = assignment.clock().deadline(limit, step);
        Deadline errorPage = null;
        // Judged only as a whole: what tells of a refusal may stand below what looks like an answer.
        LookupException fault = new LookupException(
                ErrorCode.TIMEOUT, "The page had not arrived as a whole within " + limit + " ms", step);
        while (true) {
            assignment.timeline().at(step);
            Optional<Snapshot> seen =
                    view.look(kind.sought(), Math.min(PATIENCE_MILLIS, deadline.leftMillis()), deadline, step);
            if (seen.isPresent() && seen.get().parsed()) {
                Snapshot snapshot = seen.get();
                assignment.timeline().see(snapshot);
                hear(snapshot);
                if (snapshot.status() < 400) {
                    errorPage = null; // it was left for another one
                }
                Judgement judgement = kind.judge().judge(snapshot, assignment.budget());
                switch (judgement.verdict()) {
                    case LOGGED_OUT -> throw new LoggedOutException();
                    case BLOCKED -> throw new LookupException(blocked(judgement, snapshot, step));
                    case NEEDS_HUMAN -> {
                        fault = new LookupException(
                                ErrorCode.UNANSWERED, "The page asks again for what was answered already", step);
                        if (asking.ask(judgement, snapshot, step)) {
                            deadline = assignment.clock().deadline(limit, step);
                            errorPage = null;
                        }
                    }
                    case NOT_FOUND -> {
                        return new Conclusion(ItemResult.notFound(), snapshot);
                    }
                    case FOUND -> {
                        assignment.timeline().at(kind.extraction().place());
                        try {
                            return new Conclusion(
                                    ItemResult.found(kind.fields(snapshot, assignment.budget())), snapshot);
                        } catch (LookupException e) {
                            fault = e; // a script may still fill the page
                        }
                    }
                    case NONE -> {
                        fault = unnamed(judgement, snapshot, step);
                        if (snapshot.status() >= 400 && snapshot.complete() && errorPage == null) {
                            errorPage = Deadline.in(ERROR_PAGE_MILLIS);
                        }
                    }
                }
            }
            if (!view.canChange() || deadline.over() || (errorPage != null && errorPage.over())) {
                throw fault;
            }
        }
    }

    /** Slows down where a step has led to a page whose host asks for it; what its headers say is not known. */
    private void hear(Snapshot snapshot) {
        if (isTooMuch(snapshot.status()) && !toldToSlowDown) {
            slowDown(RetryAfter.UNKNOWN);
        }
    }

    /**
     * Does the steps that lead to a page.
     *
     * @param place where they stand in the recipe
     * @throws LookupException if one of them cannot be done and is not optional
     * @throws LoggedOutException if the session has lapsed
     */
    void steps(List<Step> steps, String place, StepRunner.Values values, PageKind kind)
            throws LookupException, LoggedOutException {
        try {
            new StepRunner(view, assignment).run(steps, place, values);
        } catch (LookupException e) {
            throw reason(e, kind);
        }
    }

    /**
     * Why a step could not be done: where the page that it was to be done on is a refusal or an error page, that.
     */
    private LookupException reason(LookupException fault, PageKind kind) throws LoggedOutException {
        boolean inVain = fault.code() == ErrorCode.SELECTOR_MISSING || fault.code() == ErrorCode.TIMEOUT;
        if (!inVain || assignment.clock().over()) {
            return fault;
        }
        ItemError error = fault.result().error();
        String step = error == null ? kind.step() : String.valueOf(error.step());
        Optional<Snapshot> seen;
        try {
            seen = view.look(kind.sought(), 0, assignment.clock().deadline(LAST_LOOK_MILLIS, step), step);
        } catch (LookupException e) {
            return fault;
        }
        if (seen.isEmpty()) {
            return fault;
        }
        Snapshot page = seen.get();
        assignment.timeline().see(page);
        hear(page);
        Judgement judgement = kind.judge().judge(page, assignment.budget());
        return switch (judgement.verdict()) {
            case LOGGED_OUT -> throw new LoggedOutException();
            case BLOCKED -> new LookupException(blocked(judgement, page, step));
            case NONE -> page.status() >= 400 || isErrorPage(page) ? unnamed(judgement, page, step) : fault;
            case NEEDS_HUMAN, NOT_FOUND, FOUND -> fault;
        };
    }

    private static ItemResult blocked(Judgement judgement, Snapshot snapshot, String step) {
        String how = judgement.challenge() == null ? "" : ": " + judgement.challenge();
        return ItemResult.blocked("The site refuses to answer" + how + shown(snapshot.status()), step);
    }

    /** Why a page that shows none of the outcomes has failed. */
    private LookupException unnamed(Judgement judgement, Snapshot snapshot, String step) {
        if (isErrorPage(snapshot)) {
            return new LookupException(ErrorCode.NAVIGATION, "The page that a step led to could not be opened", step);
        }
        int status = snapshot.status();
        if (status < 400) {
            return new LookupException(
                    ErrorCode.UNRECOGNISED, "The page shows none of the recipe's outcomes" + shown(status), step);
        }
        String shown = shown(status)
                + (judgement.unnamed()
                        ? "; an outcome of the recipe stands on the page, but does not name this status"
                        : "");
        String tooMuch = "The site asks for fewer look-ups" + shown;
        if (status == 429) {
            return new LookupException(ItemResult.blocked(ErrorCode.RATE_LIMITED, tooMuch, step));
        }
        if (status == 503 && askedToWait) {
            return new LookupException(ErrorCode.RATE_LIMITED, tooMuch, step);
        }
        if (status == 403 || status == 451) {
            return new LookupException(ItemResult.blocked("The site refuses to answer" + shown, step));
        }
        return new LookupException(
                status < 500 ? ErrorCode.HTTP_4XX : ErrorCode.HTTP_5XX,
                "The site answered with an error" + shown,
                step);
    }

    /** Whether it is what Chromium shows where no page came. */
    private static boolean isErrorPage(Snapshot snapshot) {
        return snapshot.url().startsWith("chrome-error:");
    }

    private static String shown(int status) {
        return status == 0 ? "" : " (HTTP " + status + ")";
    }

    /** Whether the page was found. */
    static boolean isFound(Conclusion conclusion) {
        return conclusion.result().state() == ItemState.FOUND;
    }
}
