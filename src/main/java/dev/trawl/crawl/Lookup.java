package dev.trawl.crawl;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
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

    private final Page page;
    private final Recipe recipe;
    private final ItemInput input;
    private final ItemContext context;
    private final PageReader reader;
    private final Deadline itemDeadline;
    private final List<Page> popups = new ArrayList<>();

    Lookup(Page page, Recipe recipe, ItemInput input, ItemContext context, Deadline itemDeadline) {
        this.page = page;
        this.recipe = recipe;
        this.input = input;
        this.context = context;
        this.reader = new PageReader(page);
        this.itemDeadline = itemDeadline;
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
            page.navigate(
                    address,
                    new Page.NavigateOptions()
                            .setWaitUntil(WaitUntilState.COMMIT)
                            .setTimeout(timeout(deadline)));
        } catch (TimeoutError e) {
            throw late("start", "The page did not begin to arrive within " + limit + " ms");
        } catch (PlaywrightException e) {
            if (NavigationFault.isGone(e)) {
                throw e;
            }
            NavigationFault fault = NavigationFault.of(e);
            throw new LookupException(fault.code(), fault.message(), "start");
        }
        closePopups();
    }

    private void perform(Step step, String name, ItemValues values) throws LookupException {
        context.progress(name);
        int limit = step.timeoutMillis() > 0
                ? step.timeoutMillis()
                : recipe.timeouts().stepMillis();
        Deadline deadline = deadline(limit, name);
        try {
            Locator element = page.locator(step.selector()).first();
            awaitVisible(element, deadline, name);
            if (step instanceof Step.Fill fill) {
                element.fill(values.text(fill.value(), name), new Locator.FillOptions().setTimeout(timeout(deadline)));
            } else if (step instanceof Step.Click) {
                element.click(new Locator.ClickOptions().setTimeout(timeout(deadline)));
            } else if (step instanceof Step.Press press) {
                element.press(press.key(), new Locator.PressOptions().setTimeout(timeout(deadline)));
            }
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
        Snapshot snapshot = look(List.of(new Query(step.selector(), null, false)), false, name);
        return snapshot.found().get(0).elements().isEmpty()
                ? new LookupException(
                        ErrorCode.SELECTOR_MISSING,
                        "No element " + step.selector() + " was on the page within " + limit + " ms",
                        name)
                : late(name, "The step on " + step.selector() + " could not be done within " + limit + " ms");
    }

    private ItemResult conclude() throws LookupException {
        OutcomeJudge judge = new OutcomeJudge(recipe.outcomes());
        Extraction extraction = new Extraction(recipe.extract());
        int limit = recipe.timeouts().stepMillis();
        Deadline deadline = deadline(limit, "outcome");
        Deadline errorPage = null;
        while (true) {
            context.progress("outcome");
            LookupException fault;
            Snapshot snapshot = look(judge.queries(), judge.needsText(), "outcome");
            if (snapshot.url().startsWith("chrome-error:")) {
                throw new LookupException(
                        ErrorCode.NAVIGATION, "A page that a step led to could not be opened", "outcome");
            }
            if (snapshot.parsed()) {
                switch (judge.judge(snapshot)) {
                    case BLOCKED -> {
                        return ItemResult.blocked("The site refuses to answer" + shown(snapshot.status()), "outcome");
                    }
                    case NOT_FOUND -> {
                        return ItemResult.notFound();
                    }
                    case FOUND -> {
                        try {
                            context.progress("extract");
                            return ItemResult.found(extraction.read(look(extraction.queries(), false, "extract")));
                        } catch (LookupException e) {
                            fault = e; // a script may still fill the page
                        }
                    }
                    default -> {
                        fault = unrecognised(snapshot.status());
                        if (snapshot.status() >= 400 && snapshot.complete()) {
                            errorPage = errorPage == null ? Deadline.in(ERROR_PAGE_MILLIS) : errorPage;
                        }
                        if (errorPage != null && errorPage.over()) {
                            throw fault;
                        }
                    }
                }
            } else {
                // Judged only as a whole: what tells of a refusal may stand below what looks like an answer.
                fault = late("outcome", "The page had not arrived as a whole within " + limit + " ms");
            }
            if (deadline.over()) {
                throw fault;
            }
            page.waitForTimeout(POLL_MILLIS);
            closePopups();
        }
    }

    private Snapshot look(List<Query> queries, boolean withText, String step) throws LookupException {
        try {
            return reader.read(queries, withText, deadline(ANSWER_MILLIS, step).leftMillis());
        } catch (TimeoutError e) {
            throw late(step, "The page is too busy to be read");
        } catch (PlaywrightException e) {
            if (NavigationFault.isGone(e)) {
                throw e;
            }
            throw new LookupException(
                    ErrorCode.UNRECOGNISED,
                    "The page cannot be read: " + NavigationFault.firstLine(e.getMessage()),
                    step);
        }
    }

    private static LookupException unrecognised(int status) {
        if (status >= 500) {
            return new LookupException(
                    ErrorCode.HTTP_5XX, "The site answered with an error" + shown(status), "outcome");
        }
        if (status >= 400) {
            return new LookupException(
                    ErrorCode.HTTP_4XX, "The site answered with an error" + shown(status), "outcome");
        }
        return new LookupException(
                ErrorCode.UNRECOGNISED, "The page shows none of the recipe's outcomes" + shown(status), "outcome");
    }

    private static String shown(int status) {
        return status == 0 ? "" : " (HTTP " + status + ")";
    }

    /** The time-out of a step, or of the whole item where that is what has run out. */
    private LookupException late(String step, String message) {
        return new LookupException(
                ErrorCode.TIMEOUT,
                itemDeadline.over() || context.remainingMillis() == 0
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
