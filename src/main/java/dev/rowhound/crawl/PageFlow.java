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

/** Opens pages and waits until each shows an outcome. */
final class PageFlow {
    /** How long one read may wait for the page to change before the item reports progress. */
    private static final int PATIENCE_MILLIS = 1_000;

    /** How long a loaded page with an error status may still turn into one of the recipe's outcomes. */
    private static final int ERROR_PAGE_MILLIS = 1_000;

    /** How long the last read of a page may take on which a step failed. */
    private static final int LAST_SNAPSHOT_MILLIS = 2_000;

    private final View view;
    private final Assignment assignment;
    private final QuestionFlow questions;
    private final RetryAfter retryAfter;
    private boolean slowedDown;
    private boolean retryAfterGiven;

    PageFlow(View view, Assignment assignment, QuestionFlow questions, RetryAfter retryAfter) {
        this.view = view;
        this.assignment = assignment;
        this.questions = questions;
        this.retryAfter = retryAfter;
    }

    /**
     * Opens an address if the site's robots.txt allows it.
     *
     * @throws LookupException if no page arrives
     */
    void open(String address, String step) throws LookupException {
        assignment.timeline().enter(step);
        assignment.timeline().requested(address);
        obeyRobots(address, step);
        int limit = assignment.recipe().timeouts().navigationMillis();
        Arrival arrival;
        try {
            arrival = view.open(address, assignment.clock().deadline(limit, step), step);
        } catch (LookupException e) {
            throw e.code() == ErrorCode.TIMEOUT
                    ? new LookupException(
                            ErrorCode.TIMEOUT, "The page did not start loading within " + limit + " ms", step)
                    : e;
        }
        slowedDown = false;
        retryAfterGiven = false;
        if (isOverloaded(arrival.status())) {
            long wait = retryAfter.millis(arrival.retryAfter());
            retryAfterGiven = wait != RetryAfter.UNKNOWN;
            slowDown(wait);
        }
    }

    private void obeyRobots(String address, String step) throws LookupException {
        RobotsTxt robots = assignment.robots();
        if (robots == null || assignment.recipe().browsing().robots() == Browsing.Robots.IGNORE) {
            return;
        }
        long timeoutMillis = Math.min(
                assignment.clock().leftMillis(), assignment.recipe().timeouts().navigationMillis());
        RobotsTxt.Permission permission =
                robots.check(address, Duration.ofMillis(Math.max(1, timeoutMillis)), assignment.egress());
        if (permission.access() == RobotsTxt.Access.DISALLOWED) {
            throw new LookupException(ItemResult.blocked(ErrorCode.ROBOTS, permission.reason(), step));
        }
        if (permission.access() == RobotsTxt.Access.UNAVAILABLE) {
            throw new LookupException(ErrorCode.HTTP_5XX, permission.reason(), step);
        }
    }

    /** Returns whether the status says that the host is rate limiting or temporarily unavailable. */
    private static boolean isOverloaded(int status) {
        return status == 429 || status == 503;
    }

    private void slowDown(long retryAfterMillis) {
        slowedDown = true;
        assignment.context().slowDown(retryAfterMillis);
    }

    /**
     * Waits until the page shows an outcome and, for {@code found}, the required fields. Asks a person on the way where
     * the recipe says so.
     *
     * @throws LookupException if the page is blocked, or shows no outcome in time
     * @throws LoggedOutException if the session has expired
     */
    Conclusion conclude(PageKind kind) throws LookupException, LoggedOutException {
        String step = kind.step();
        int limit = assignment.recipe().timeouts().stepMillis();
        Deadline deadline = assignment.clock().deadline(limit, step);
        Deadline errorPage = null;
        // The page is judged only when it is complete: a refusal may stand below what looks like an answer.
        LookupException fault = new LookupException(
                ErrorCode.TIMEOUT, "The page did not load completely within " + limit + " ms", step);
        while (true) {
            assignment.timeline().enter(step);
            Optional<Snapshot> seen =
                    view.snapshot(kind.request(), Math.min(PATIENCE_MILLIS, deadline.leftMillis()), deadline, step);
            if (seen.isPresent() && seen.get().parsed()) {
                Snapshot snapshot = seen.get();
                assignment.timeline().arrived(snapshot);
                slowDownIfAsked(snapshot);
                if (snapshot.status() < 400) {
                    errorPage = null; // the page has navigated on
                }
                Judgement judgement = kind.judge().judge(snapshot, assignment.budget());
                switch (judgement.verdict()) {
                    case LOGGED_OUT -> throw new LoggedOutException();
                    case BLOCKED -> throw new LookupException(blocked(judgement, snapshot, step));
                    case NEEDS_HUMAN -> {
                        fault = new LookupException(
                                ErrorCode.UNANSWERED, "The page asks again after its question was answered", step);
                        if (questions.ask(judgement, snapshot, step)) {
                            deadline = assignment.clock().deadline(limit, step);
                            errorPage = null;
                        }
                    }
                    case NOT_FOUND -> {
                        return new Conclusion(ItemResult.notFound(), snapshot);
                    }
                    case FOUND -> {
                        assignment.timeline().enter(kind.extraction().place());
                        try {
                            return new Conclusion(
                                    ItemResult.found(kind.fields(snapshot, assignment.budget())), snapshot);
                        } catch (LookupException e) {
                            fault = e; // a script may still fill in the fields
                        }
                    }
                    case NONE -> {
                        fault = unrecognised(judgement, snapshot, step);
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

    /** Slows down if a step led to a page whose host is rate limiting; its headers are not known here. */
    private void slowDownIfAsked(Snapshot snapshot) {
        if (isOverloaded(snapshot.status()) && !slowedDown) {
            slowDown(RetryAfter.UNKNOWN);
        }
    }

    /**
     * Performs the steps that lead to a page.
     *
     * @param place the location of the steps in the recipe, for errors
     * @throws LookupException if a step that is not optional fails
     * @throws LoggedOutException if the session has expired
     */
    void steps(List<Step> steps, String place, StepRunner.Values values, PageKind kind)
            throws LookupException, LoggedOutException {
        try {
            new StepRunner(view, assignment).run(steps, place, values);
        } catch (LookupException e) {
            throw explain(e, kind);
        }
    }

    /** Explains a failed step: if the current page is a refusal or an error page, that is the reason. */
    private LookupException explain(LookupException fault, PageKind kind) throws LoggedOutException {
        boolean unfulfilled = fault.code() == ErrorCode.SELECTOR_MISSING || fault.code() == ErrorCode.TIMEOUT;
        if (!unfulfilled || assignment.clock().over()) {
            return fault;
        }
        ItemError error = fault.result().error();
        String step = error == null ? kind.step() : String.valueOf(error.step());
        Optional<Snapshot> seen;
        try {
            seen = view.snapshot(kind.request(), 0, assignment.clock().deadline(LAST_SNAPSHOT_MILLIS, step), step);
        } catch (LookupException e) {
            return fault;
        }
        if (seen.isEmpty()) {
            return fault;
        }
        Snapshot page = seen.get();
        assignment.timeline().arrived(page);
        slowDownIfAsked(page);
        Judgement judgement = kind.judge().judge(page, assignment.budget());
        return switch (judgement.verdict()) {
            case LOGGED_OUT -> throw new LoggedOutException();
            case BLOCKED -> new LookupException(blocked(judgement, page, step));
            case NONE -> page.status() >= 400 || isErrorPage(page) ? unrecognised(judgement, page, step) : fault;
            case NEEDS_HUMAN, NOT_FOUND, FOUND -> fault;
        };
    }

    private static ItemResult blocked(Judgement judgement, Snapshot snapshot, String step) {
        String how = judgement.challenge() == null ? "" : ": " + judgement.challenge();
        return ItemResult.blocked("The site refused the request" + how + statusSuffix(snapshot.status()), step);
    }

    /** Returns the error for a page that shows none of the outcomes. */
    private LookupException unrecognised(Judgement judgement, Snapshot snapshot, String step) {
        if (isErrorPage(snapshot)) {
            return new LookupException(ErrorCode.NAVIGATION, "The page opened by a step could not be loaded", step);
        }
        int status = snapshot.status();
        if (status < 400) {
            return new LookupException(
                    ErrorCode.UNRECOGNISED,
                    "The page matches none of the recipe's outcomes" + statusSuffix(status),
                    step);
        }
        String statusSuffix = statusSuffix(status)
                + (judgement.unnamed()
                        ? "; an outcome of the recipe matches the page but does not list this status"
                        : "");
        String rateLimited = "The site asks for fewer requests" + statusSuffix;
        if (status == 429) {
            return new LookupException(ItemResult.blocked(ErrorCode.RATE_LIMITED, rateLimited, step));
        }
        if (status == 503 && retryAfterGiven) {
            return new LookupException(ErrorCode.RATE_LIMITED, rateLimited, step);
        }
        if (status == 403 || status == 451) {
            return new LookupException(ItemResult.blocked("The site refused the request" + statusSuffix, step));
        }
        return new LookupException(
                status < 500 ? ErrorCode.HTTP_4XX : ErrorCode.HTTP_5XX,
                "The site responded with an error" + statusSuffix,
                step);
    }

    /** Returns whether this is Chromium's own error page. */
    private static boolean isErrorPage(Snapshot snapshot) {
        return snapshot.url().startsWith("chrome-error:");
    }

    private static String statusSuffix(int status) {
        return status == 0 ? "" : " (HTTP " + status + ")";
    }

    static boolean isFound(Conclusion conclusion) {
        return conclusion.result().state() == ItemState.FOUND;
    }
}
