package dev.trawl.crawl;

import dev.trawl.crawl.view.Arrival;
import dev.trawl.crawl.view.Deadline;
import dev.trawl.crawl.view.GoneException;
import dev.trawl.crawl.view.LookupException;
import dev.trawl.crawl.view.Query;
import dev.trawl.crawl.view.Snapshot;
import dev.trawl.crawl.view.Sought;
import dev.trawl.crawl.view.View;
import dev.trawl.job.ErrorCode;
import dev.trawl.job.ItemContext;
import dev.trawl.job.ItemInput;
import dev.trawl.job.ItemResult;
import dev.trawl.recipe.Recipe;
import dev.trawl.recipe.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One item's way through one page: opens it, does the recipe's steps, and reads what came of it. */
final class Lookup {
    /** How long one look may wait for the page to change before the item says that it moves on. */
    private static final int PATIENCE_MILLIS = 1_000;

    /** How long a page with an error status, once loaded, may still turn out to be one that the recipe names. */
    private static final int ERROR_PAGE_MILLIS = 1_000;

    /** The driver's clock may tell an end this much before ours does. */
    private static final int EARLY_MILLIS = 50;

    private final View view;
    private final Recipe recipe;
    private final ItemInput input;
    private final ItemContext context;
    private final OutcomeJudge judge;
    private final Extraction extraction;
    private final Sought sought;
    private final Deadline itemDeadline;
    private final RetryAfter retryAfter;
    private boolean toldToSlowDown;
    private boolean askedToWait;

    Lookup(
            View view,
            Recipe recipe,
            ItemInput input,
            ItemContext context,
            Deadline itemDeadline,
            RetryAfter retryAfter) {
        this.view = view;
        this.recipe = recipe;
        this.input = input;
        this.context = context;
        this.itemDeadline = itemDeadline;
        this.judge = new OutcomeJudge(recipe.outcomes());
        this.extraction = new Extraction(recipe.extract());
        this.retryAfter = retryAfter;
        List<Query> all = new ArrayList<>(judge.queries());
        all.addAll(extraction.queries());
        this.sought = new Sought(all, judge.needsText());
    }

    /**
     * Looks the item up.
     *
     * @throws GoneException if the page, the browser or the driver goes away
     */
    ItemResult run() {
        try {
            ItemValues values = new ItemValues(recipe.start(), input);
            open(values.address(recipe.start().url()));
            for (int i = 0; i < recipe.steps().size(); i++) {
                perform(recipe.steps().get(i), "steps[" + i + "]", values);
            }
            return conclude();
        } catch (LookupException e) {
            return e.code() == ErrorCode.TIMEOUT && itemOver() ? itemLate(e).result() : e.result();
        }
    }

    private void open(String address) throws LookupException {
        context.progress("start");
        int limit = recipe.timeouts().navigationMillis();
        Arrival arrival;
        try {
            arrival = view.open(address, deadline(limit, "start"), "start");
        } catch (LookupException e) {
            throw e.code() == ErrorCode.TIMEOUT
                    ? new LookupException(
                            ErrorCode.TIMEOUT, "The page did not begin to arrive within " + limit + " ms", "start")
                    : e;
        }
        if (isTooMuch(arrival.status())) {
            long wait = retryAfter.millis(arrival.retryAfter());
            askedToWait = wait != RetryAfter.UNKNOWN;
            slowDown(wait);
        }
    }

    /** Whether a host with that status is asked too much, or not able to answer for a while. */
    private static boolean isTooMuch(int status) {
        return status == 429 || status == 503;
    }

    private void slowDown(long retryAfterMillis) {
        toldToSlowDown = true;
        context.slowDown(retryAfterMillis);
    }

    private void perform(Step step, String name, ItemValues values) throws LookupException {
        context.progress(name);
        int limit = step.timeoutMillis() > 0
                ? step.timeoutMillis()
                : recipe.timeouts().stepMillis();
        String value = step instanceof Step.Fill fill ? values.text(fill.value(), name) : "";
        Deadline deadline = deadline(limit, name);
        try {
            view.perform(step, value, deadline, name);
        } catch (LookupException e) {
            if (!step.optional() || itemOver() || !deadline.over()) {
                throw e;
            }
        }
    }

    private ItemResult conclude() throws LookupException {
        int limit = recipe.timeouts().stepMillis();
        Deadline deadline = deadline(limit, "outcome");
        Deadline errorPage = null;
        // Judged only as a whole: what tells of a refusal may stand below what looks like an answer.
        LookupException fault = new LookupException(
                ErrorCode.TIMEOUT, "The page had not arrived as a whole within " + limit + " ms", "outcome");
        while (true) {
            context.progress("outcome");
            Optional<Snapshot> seen =
                    view.look(sought, Math.min(PATIENCE_MILLIS, deadline.leftMillis()), deadline, "outcome");
            if (seen.isPresent() && seen.get().parsed()) {
                Snapshot snapshot = seen.get();
                if (isTooMuch(snapshot.status()) && !toldToSlowDown) {
                    slowDown(RetryAfter.UNKNOWN); // a step has led there; what its headers say is not known
                }
                switch (judge.judge(snapshot)) {
                    case BLOCKED -> {
                        return ItemResult.blocked("The site refuses to answer" + shown(snapshot.status()), "outcome");
                    }
                    case NOT_FOUND -> {
                        return ItemResult.notFound();
                    }
                    case FOUND -> {
                        context.progress("extract");
                        try {
                            int first = judge.queries().size();
                            return ItemResult.found(extraction.read(
                                    snapshot.part(first, sought.queries().size() - first)));
                        } catch (LookupException e) {
                            fault = e; // a script may still fill the page
                        }
                    }
                    case NONE -> {
                        fault = unnamed(snapshot);
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

    /** Why a page that shows none of the outcomes has failed. */
    private LookupException unnamed(Snapshot snapshot) {
        if (snapshot.url().startsWith("chrome-error:")) {
            return new LookupException(
                    ErrorCode.NAVIGATION, "The page that a step led to could not be opened", "outcome");
        }
        int status = snapshot.status();
        if (status < 400) {
            return new LookupException(
                    ErrorCode.UNRECOGNISED, "The page shows none of the recipe's outcomes" + shown(status), "outcome");
        }
        if (status == 429 || (status == 503 && askedToWait)) {
            return new LookupException(
                    ErrorCode.RATE_LIMITED, "The site asks for fewer look-ups" + shown(status), "outcome");
        }
        return new LookupException(
                status < 500 ? ErrorCode.HTTP_4XX : ErrorCode.HTTP_5XX,
                "The site answered with an error" + shown(status),
                "outcome");
    }

    private static String shown(int status) {
        return status == 0 ? "" : " (HTTP " + status + ")";
    }

    private boolean itemOver() {
        return Math.min(itemDeadline.leftMillis(), context.remainingMillis()) < EARLY_MILLIS;
    }

    /** The time-out of the whole item, where that is what has run out. */
    private LookupException itemLate(LookupException e) {
        String step = e.result().error() == null
                ? "outcome"
                : String.valueOf(e.result().error().step());
        return new LookupException(
                ErrorCode.TIMEOUT,
                "The item was not done within " + recipe.timeouts().itemMillis() + " ms",
                step);
    }

    /** The end of a step, which is never later than the item's. */
    private Deadline deadline(int millis, String step) throws LookupException {
        long left = Math.min(itemDeadline.leftMillis(), context.remainingMillis());
        if (left == 0) {
            throw new LookupException(ErrorCode.TIMEOUT, "", step);
        }
        return Deadline.in(Math.min(millis, left));
    }
}
