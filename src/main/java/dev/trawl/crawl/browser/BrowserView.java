package dev.trawl.crawl.browser;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.options.WaitForSelectorState;
import com.microsoft.playwright.options.WaitUntilState;
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
import dev.trawl.recipe.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A page in a browser, driven by Playwright. */
final class BrowserView implements View {
    /** How often the page is looked at while it has not changed yet; a look takes a few milliseconds. */
    private static final int POLL_MILLIS = 50;

    /** How long a wait may last before the item says that it moves on. */
    private static final int PROGRESS_MILLIS = 1_000;

    /** A page that is merely busy answers within this, however little of the step's time is left. */
    private static final int ANSWER_MILLIS = 2_000;

    private final BrowserSupervisor supervisor;
    private final BrowserContext browserContext;
    private final Page page;
    private final ItemContext context;
    private final PageReader reader;
    private final Watchdog watchdog;
    private final PageDeath death;
    private final List<Page> popups = new ArrayList<>();
    private boolean looked;

    BrowserView(BrowserSupervisor supervisor, BrowserContext browserContext, ItemContext context) {
        this.supervisor = supervisor;
        this.browserContext = browserContext;
        this.context = context;
        this.page = browserContext.newPage();
        this.reader = new PageReader(page);
        this.watchdog = new Watchdog(supervisor::kill);
        this.death = new PageDeath(page);
        // Collected, not closed at once: a page that opens many would nest a call in each other's handler.
        browserContext.onPage(popups::add);
    }

    @Override
    public String engine() {
        return "browser";
    }

    @Override
    public Arrival open(String address, Deadline limit, String step) throws LookupException {
        return alive(() -> {
            try {
                looked = false;
                Response answer = page.navigate(
                        address,
                        new Page.NavigateOptions()
                                .setWaitUntil(WaitUntilState.COMMIT)
                                .setTimeout(timeout(limit)));
                closePopups();
                return answer == null
                        ? new Arrival(0, null)
                        : new Arrival(answer.status(), answer.headers().get("retry-after"));
            } catch (TimeoutError e) {
                throw new LookupException(ErrorCode.TIMEOUT, "The page did not begin to arrive in time", step);
            } catch (PlaywrightException e) {
                if (NavigationFault.isGone(e)) {
                    throw e;
                }
                if (NavigationFault.isAborted(e)) {
                    // So ends, too, a page whose process dies before the host answers; only such a page cannot be read.
                    look(new Sought(List.of(), false), 0, Deadline.in(ANSWER_MILLIS), step);
                }
                NavigationFault fault = NavigationFault.of(e);
                throw new LookupException(fault.code(), fault.message(), step);
            }
        });
    }

    @Override
    public void perform(Step action, String value, Deadline limit, String step) throws LookupException {
        alive(() -> {
            try {
                guard(limit, () -> act(action, value, limit, step));
            } catch (Watchdog.BitException e) {
                throw new LookupException(ErrorCode.TIMEOUT, "The page is too busy for the step", step);
            } catch (TimeoutError e) {
                throw timedOut(action, step);
            } catch (PlaywrightException e) {
                if (NavigationFault.isGone(e)) {
                    throw e;
                }
                throw new LookupException(
                        ErrorCode.SELECTOR_MISSING,
                        "The step cannot be done on " + action.selector() + ": "
                                + NavigationFault.firstLine(e.getMessage()),
                        step);
            }
            closePopups();
            looked = false;
            return true;
        });
    }

    private Locator act(Step action, String value, Deadline limit, String step) {
        Locator element = page.locator(action.selector()).first();
        awaitVisible(element, limit, step);
        if (action instanceof Step.Fill) {
            element.fill(value, new Locator.FillOptions().setTimeout(timeout(limit)));
        } else if (action instanceof Step.Click) {
            element.click(new Locator.ClickOptions().setTimeout(timeout(limit)));
        } else if (action instanceof Step.Press press) {
            element.press(press.key(), new Locator.PressOptions().setTimeout(timeout(limit)));
        }
        return element;
    }

    /** Waits in slices, so that the item is seen to move on. */
    private void awaitVisible(Locator element, Deadline limit, String step) {
        while (true) {
            try {
                element.waitFor(new Locator.WaitForOptions()
                        .setState(WaitForSelectorState.VISIBLE)
                        .setTimeout(Math.min(PROGRESS_MILLIS, timeout(limit))));
                return;
            } catch (TimeoutError e) {
                if (limit.over()) {
                    throw e;
                }
                context.progress(step);
            }
        }
    }

    private LookupException timedOut(Step action, String step) throws LookupException {
        Query query = new Query(action.selector(), null, false);
        boolean missing = look(new Sought(List.of(query), false), 0, Deadline.in(ANSWER_MILLIS), step)
                .map(snapshot -> snapshot.found().get(0).elements().isEmpty())
                .orElse(true);
        return missing
                ? new LookupException(
                        ErrorCode.SELECTOR_MISSING,
                        "No element " + action.selector() + " was on the page in time",
                        step)
                : new LookupException(
                        ErrorCode.TIMEOUT, "The step on " + action.selector() + " could not be done in time", step);
    }

    @Override
    public Optional<Snapshot> look(Sought sought, long patienceMillis, Deadline limit, String step)
            throws LookupException {
        return alive(() -> {
            if (looked && patienceMillis > 0) {
                page.waitForTimeout(Math.min(POLL_MILLIS, patienceMillis));
                closePopups();
            }
            looked = true;
            try {
                return Optional.of(guard(limit, () -> reader.read(sought.queries(), sought.withText())));
            } catch (Watchdog.BitException e) {
                throw new LookupException(ErrorCode.TIMEOUT, "The page is too busy to be read", step);
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
                        step);
            }
        });
    }

    @Override
    public boolean canChange() {
        return true;
    }

    @Override
    public Optional<byte[]> picture() {
        return Optional.empty();
    }

    @Override
    public List<String> console() {
        return List.of();
    }

    @Override
    public void close() {
        death.close();
        supervisor.release(browserContext);
    }

    private <T> T guard(Deadline limit, Supplier<T> call) {
        return watchdog.guard(Math.max(ANSWER_MILLIS, limit.leftMillis() + ANSWER_MILLIS), call);
    }

    private interface Call<T> {
        T make() throws LookupException;
    }

    /** Makes calls of Playwright's, whose ways of telling that a page is gone are no concern of others. */
    private <T> T alive(Call<T> call) throws LookupException {
        try {
            return call.make();
        } catch (PlaywrightException e) {
            boolean pageOnly = page.isClosed() && supervisor.answers();
            throw new GoneException(supervisor.reason(e), pageOnly, e);
        }
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
