package dev.trawl.crawl;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.options.WaitForSelectorState;
import com.microsoft.playwright.options.WaitUntilState;
import dev.trawl.crawl.PageReader.Query;
import dev.trawl.crawl.PageReader.Snapshot;
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
    /** How often the page is looked at while it has no outcome yet; a look takes a few milliseconds. */
    private static final int POLL_MILLIS = 50;

    /** How long a wait may last before the item says that it moves on. */
    private static final int PROGRESS_MILLIS = 1_000;

    /** A page that is merely busy answers within this, however little of the step's time is left. */
    private static final int ANSWER_MILLIS = 2_000;

    /** How long a page with an error status, once loaded, may still turn out to be one that the recipe names. */
    private static final int ERROR_PAGE_MILLIS = 1_000;

    /** The driver's clock may tell an end this much before ours does. */
    private static final int EARLY_MILLIS = 50;

    private final Page page;
    private final Recipe recipe;
    private final ItemInput input;
    private final ItemContext context;
    private final PageReader reader;
    private final Watchdog watchdog;
    private final OutcomeJudge judge;
    private final Extraction extraction;
    private final Deadline itemDeadline;
    private final RetryAfter retryAfter;
    private final List<Page> popups = new ArrayList<>();
    private boolean toldToSlowDown;
    private boolean askedToWait;

    Lookup(
            Page page,
            Recipe recipe,
            ItemInput input,
            ItemContext context,
            Deadline itemDeadline,
            Watchdog watchdog,
            RetryAfter retryAfter) {
        this.page = page;
        this.recipe = recipe;
        this.input = input;
        this.context = context;
        this.reader = new PageReader(page);
        this.itemDeadline = itemDeadline;
        this.watchdog = watchdog;
        this.judge = new OutcomeJudge(recipe.outcomes());
        this.extraction = new Extraction(recipe.extract());
        this.retryAfter = retryAfter;
        // Collected, not closed at once: a page that opens many would nest a call in each other's handler.
        page.context().onPage(popups::add);
    }

    /**
     * Looks the item up.
     *
     * @throws PlaywrightException if the page, the browser or the driver goes away
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
            return e.result();
        }
    }

    /** Returns as soon as the page begins to arrive; what it refers to may take long and matter to nobody. */
    private void open(String address) throws LookupException {
        context.progress("start");
        int limit = recipe.timeouts().navigationMillis();
        Deadline deadline = deadline(limit, "start");
        try {
            Response answer = page.navigate(
                    address,
                    new Page.NavigateOptions()
                            .setWaitUntil(WaitUntilState.COMMIT)
                            .setTimeout(timeout(deadline)));
            if (answer != null && isTooMuch(answer.status())) {
                long wait = retryAfter.millis(answer.headers().get("retry-after"));
                askedToWait = wait != RetryAfter.UNKNOWN;
                slowDown(wait);
            }
        } catch (TimeoutError e) {
            throw late("start", "The page did not begin to arrive within " + limit + " ms");
        } catch (PlaywrightException e) {
            if (NavigationFault.isGone(e)) {
                throw e;
            }
            if (NavigationFault.isAborted(e)) {
                // So ends, too, a page whose process dies before the host answers; only such a page cannot be read.
                look(List.of(), false, Deadline.in(0), "start");
            }
            NavigationFault fault = NavigationFault.of(e);
            throw new LookupException(fault.code(), fault.message(), "start");
        }
        closePopups();
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
        Deadline deadline = deadline(limit, name);
        String value = step instanceof Step.Fill fill ? values.text(fill.value(), name) : "";
        try {
            watchdog.guard(deadline.leftMillis() + ANSWER_MILLIS, () -> act(step, value, deadline, name));
        } catch (Watchdog.BitException e) {
            throw late(name, "The page is too busy for the step");
        } catch (TimeoutError e) {
            LookupException failure = stepTimedOut(step, name, limit);
            if (!step.optional() || itemDeadline.over()) {
                throw failure;
            }
        } catch (PlaywrightException e) {
            if (NavigationFault.isGone(e)) {
                throw e;
            }
            throw new LookupException(
                    ErrorCode.SELECTOR_MISSING,
                    "The step cannot be done on " + step.selector() + ": " + NavigationFault.firstLine(e.getMessage()),
                    name);
        }
        closePopups();
    }

    private Locator act(Step step, String value, Deadline deadline, String name) {
        Locator element = page.locator(step.selector()).first();
        awaitVisible(element, deadline, name);
        if (step instanceof Step.Fill) {
            element.fill(value, new Locator.FillOptions().setTimeout(timeout(deadline)));
        } else if (step instanceof Step.Click) {
            element.click(new Locator.ClickOptions().setTimeout(timeout(deadline)));
        } else if (step instanceof Step.Press press) {
            element.press(press.key(), new Locator.PressOptions().setTimeout(timeout(deadline)));
        }
        return element;
    }

    /** Waits in slices, so that the item is seen to move on. */
    private void awaitVisible(Locator element, Deadline deadline, String name) {
        while (true) {
            try {
                element.waitFor(new Locator.WaitForOptions()
                        .setState(WaitForSelectorState.VISIBLE)
                        .setTimeout(Math.min(PROGRESS_MILLIS, timeout(deadline))));
                return;
            } catch (TimeoutError e) {
                if (deadline.over()) {
                    throw e;
                }
                context.progress(name);
            }
        }
    }

    private LookupException stepTimedOut(Step step, String name, int limit) throws LookupException {
        if (itemDeadline.over()) {
            return late(name, "");
        }
        boolean missing = look(List.of(new Query(step.selector(), null, false)), false, Deadline.in(0), name)
                .map(snapshot -> snapshot.found().get(0).elements().isEmpty())
                .orElse(true);
        return missing
                ? new LookupException(
                        ErrorCode.SELECTOR_MISSING,
                        "No element " + step.selector() + " was on the page within " + limit + " ms",
                        name)
                : late(name, "The step on " + step.selector() + " could not be done within " + limit + " ms");
    }

    private ItemResult conclude() throws LookupException {
        int limit = recipe.timeouts().stepMillis();
        Deadline deadline = deadline(limit, "outcome");
        Deadline errorPage = null;
        // Judged only as a whole: what tells of a refusal may stand below what looks like an answer.
        LookupException fault = late("outcome", "The page had not arrived as a whole within " + limit + " ms");
        while (true) {
            context.progress("outcome");
            Optional<Snapshot> seen = look(judge.queries(), judge.needsText(), deadline, "outcome");
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
                        try {
                            return extract(deadline);
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
            if (deadline.over() || (errorPage != null && errorPage.over())) {
                throw fault;
            }
            page.waitForTimeout(POLL_MILLIS);
            closePopups();
        }
    }

    private ItemResult extract(Deadline deadline) throws LookupException {
        context.progress("extract");
        Optional<Snapshot> seen = look(extraction.queries(), false, deadline, "extract");
        if (seen.isEmpty()) {
            throw late("extract", "The page gave way to another while it was read");
        }
        return ItemResult.found(extraction.read(seen.get()));
    }

    /** The page as it is, or nothing while it gives way to the next one. */
    private Optional<Snapshot> look(List<Query> queries, boolean withText, Deadline step, String name)
            throws LookupException {
        long limit =
                deadline(Math.max(ANSWER_MILLIS, (int) step.leftMillis()), name).leftMillis();
        try {
            return Optional.of(watchdog.guard(limit, () -> reader.read(queries, withText)));
        } catch (Watchdog.BitException e) {
            throw late(name, "The page is too busy to be read");
        } catch (PlaywrightException e) {
            if (NavigationFault.isGone(e)) {
                throw e;
            }
            if (NavigationFault.isPassing(e)) {
                return Optional.empty();
            }
            throw new LookupException(
                    ErrorCode.UNRECOGNISED,
                    "The page cannot be read: " + NavigationFault.firstLine(e.getMessage()),
                    name);
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

    /** The time-out of a step, or of the whole item where that is what has run out. */
    private LookupException late(String step, String message) {
        return new LookupException(
                ErrorCode.TIMEOUT,
                Math.min(itemDeadline.leftMillis(), context.remainingMillis()) < EARLY_MILLIS
                        ? "The item was not done within " + recipe.timeouts().itemMillis() + " ms"
                        : message,
                step);
    }

    /** The end of a step, which is never later than the item's. */
    private Deadline deadline(int millis, String step) throws LookupException {
        long left = Math.min(itemDeadline.leftMillis(), context.remainingMillis());
        if (left == 0) {
            throw late(step, "");
        }
        return Deadline.in(Math.min(millis, left));
    }

    /** What to tell Playwright, for which 0 means no limit. */
    private static double timeout(Deadline deadline) {
        return Math.max(1, deadline.leftMillis());
    }

    private void closePopups() {
        List<Page> open = List.copyOf(popups);
        popups.clear();
        open.forEach(Page::close);
    }
}
