package dev.rowhound.crawl.browser;

import com.microsoft.playwright.ElementHandle;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.options.LoadState;
import com.microsoft.playwright.options.WaitForSelectorState;
import dev.rowhound.crawl.view.Deadline;
import dev.rowhound.crawl.view.Query;
import dev.rowhound.crawl.view.Snapshot;
import dev.rowhound.crawl.view.SnapshotRequest;
import dev.rowhound.crawl.view.Typed;
import dev.rowhound.job.ItemContext;
import dev.rowhound.net.HostOf;
import dev.rowhound.recipe.Step;
import dev.rowhound.recipe.pattern.Budget;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.DoubleConsumer;

/** Performs a recipe's steps on a browser page. */
final class StepActions {
    /** The interval of progress reports during a wait. */
    private static final int PROGRESS_MILLIS = 1_000;

    /** The pause before a page is read again that is navigating. */
    private static final int POLL_MILLIS = 15;

    /** Signals that a secret must not be typed on the current page. */
    static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private RefusedException(String message) {
            super(message);
        }
    }

    private final Page page;
    private final ItemContext context;
    private final Responses responses;
    private final PageReader reader;
    private final Budget budget;

    StepActions(Page page, ItemContext context, Responses responses, PageReader reader) {
        this.page = page;
        this.context = context;
        this.responses = responses;
        this.reader = reader;
        this.budget = Budget.until(() -> context.remainingMillis() == 0);
    }

    /**
     * @throws TimeoutError if the step's time limit is over
     * @throws RefusedException if the step must not be performed on this page
     */
    void act(Step step, Typed value, Deadline limit, String name) {
        if (step instanceof Step.WaitResponse wait) {
            await(limit, name, slice -> responses.await(wait.url(), slice));
            return;
        }
        if (step instanceof Step.WaitLoad wait) {
            await(
                    limit,
                    name,
                    slice -> page.waitForLoadState(
                            LoadState.valueOf(wait.state().name()),
                            new Page.WaitForLoadStateOptions().setTimeout(slice)));
            return;
        }
        if (step instanceof Step.WaitText wait) {
            awaitText(wait, limit, name);
            return;
        }
        if (step instanceof Step.WaitFor wait) {
            await(
                    page.locator(step.selector()).first(),
                    WaitForSelectorState.valueOf(wait.state().name()),
                    limit,
                    name);
            return;
        }
        responses.mark();
        awaitScripts(limit, name);
        if (step.selector().isEmpty()) {
            onPage(step);
        } else {
            onElement(step, value, limit, name);
        }
    }

    /**
     * Waits until the document is parsed and its scripts can handle input, since elements appear before that. Gives up
     * after half of the step's time.
     */
    private void awaitScripts(Deadline limit, String name) {
        try {
            await(
                    Deadline.in(limit.leftMillis() / 2),
                    name,
                    slice -> page.waitForLoadState(
                            LoadState.DOMCONTENTLOADED, new Page.WaitForLoadStateOptions().setTimeout(slice)));
        } catch (TimeoutError e) {
            // The step goes on with the elements that are there.
        }
    }

    private void onPage(Step step) {
        if (step instanceof Step.Press press) {
            page.keyboard().press(press.key());
        } else if (step instanceof Step.Scroll) {
            page.evaluate("() => window.scrollTo(0, document.documentElement.scrollHeight)");
        } else {
            throw unknown(step);
        }
    }

    private void onElement(Step step, Typed value, Deadline limit, String name) {
        Locator element = page.locator(step.selector()).first();
        boolean mayBeHidden = step instanceof Step.Check || step instanceof Step.Scroll;
        await(element, mayBeHidden ? WaitForSelectorState.ATTACHED : WaitForSelectorState.VISIBLE, limit, name);
        double timeoutMillis = timeout(limit);
        if (step instanceof Step.Fill) {
            fill(element, value, timeoutMillis);
        } else if (step instanceof Step.Click) {
            element.click(new Locator.ClickOptions().setTimeout(timeoutMillis));
        } else if (step instanceof Step.Select) {
            element.selectOption(value.text(), new Locator.SelectOptionOptions().setTimeout(timeoutMillis));
        } else if (step instanceof Step.Check check) {
            element.setChecked(check.ticked(), new Locator.SetCheckedOptions().setTimeout(timeoutMillis));
        } else if (step instanceof Step.Press press) {
            element.press(press.key(), new Locator.PressOptions().setTimeout(timeoutMillis));
        } else if (step instanceof Step.Hover) {
            element.hover(new Locator.HoverOptions().setTimeout(timeoutMillis));
        } else if (step instanceof Step.Scroll) {
            element.scrollIntoViewIfNeeded(new Locator.ScrollIntoViewIfNeededOptions().setTimeout(timeoutMillis));
        } else {
            throw unknown(step);
        }
    }

    private static IllegalArgumentException unknown(Step step) {
        return new IllegalArgumentException("The browser does not support the step " + step);
    }

    private static void fill(Locator element, Typed value, double timeoutMillis) {
        Set<String> hosts = value.hosts();
        if (hosts == null) {
            element.fill(value.text(), new Locator.FillOptions().setTimeout(timeoutMillis));
            return;
        }
        // The handle belongs to one document: if another replaces it, nothing is typed.
        ElementHandle handle = element.elementHandle(new Locator.ElementHandleOptions().setTimeout(timeoutMillis));
        String host = HostOf.address((String) handle.evaluate("element => element.ownerDocument.location.href"));
        if (!hosts.contains(host)) {
            throw new RefusedException("The secret of this step may not be sent to the page's host, " + host);
        }
        try {
            handle.fill(value.text(), new ElementHandle.FillOptions().setTimeout(timeoutMillis));
        } catch (PlaywrightException e) {
            if (e instanceof TimeoutError || NavigationFault.isClosed(e)) {
                throw e;
            }
            // Playwright's message may contain the secret.
            throw new PlaywrightException("the secret could not be typed into it");
        }
    }

    private void await(Locator element, WaitForSelectorState state, Deadline limit, String name) {
        await(
                limit,
                name,
                slice -> element.waitFor(
                        new Locator.WaitForOptions().setState(state).setTimeout(slice)));
    }

    private void awaitText(Step.WaitText wait, Deadline limit, String name) {
        boolean ofPage = wait.selector().isEmpty();
        SnapshotRequest request =
                new SnapshotRequest(ofPage ? List.of() : List.of(new Query(wait.selector(), null, true)), ofPage);
        await(limit, name, slice -> {
            Deadline end = Deadline.in((long) slice);
            do {
                if (shows(wait, request, end.leftMillis())) {
                    return;
                }
            } while (!end.over());
            throw new TimeoutError("the text did not appear");
        });
    }

    private boolean shows(Step.WaitText wait, SnapshotRequest request, long patienceMillis) {
        Snapshot page;
        try {
            page = reader.read(request, patienceMillis);
        } catch (PlaywrightException e) {
            if (!NavigationFault.isNavigating(e)) {
                throw e;
            }
            this.page.waitForTimeout(POLL_MILLIS);
            return false;
        }
        return request.withText()
                ? wait.text().find(page.text(), budget)
                : page.found().get(0).elements().stream()
                        .anyMatch(element -> wait.text().find(element.text(), budget));
    }

    /** Waits in slices and reports progress between them. */
    private void await(Deadline limit, String name, DoubleConsumer wait) {
        while (true) {
            try {
                wait.accept(Math.min(PROGRESS_MILLIS, timeout(limit)));
                return;
            } catch (TimeoutError e) {
                if (limit.over()) {
                    throw e;
                }
                context.progress(name);
            }
        }
    }

    /** Describes the step's target for a message. */
    static String subject(Step step) {
        if (step instanceof Step.WaitResponse wait) {
            return "a response from a URL like " + wait.url();
        }
        if (step instanceof Step.WaitText wait) {
            return "a text like " + wait.text();
        }
        if (step instanceof Step.WaitLoad wait) {
            return "the state " + wait.state().name().toLowerCase(Locale.ROOT);
        }
        return step.selector().isEmpty() ? "the page" : step.selector();
    }

    /** Converts a deadline to a Playwright timeout, where 0 would mean no limit. */
    private static double timeout(Deadline deadline) {
        return Math.max(1, deadline.leftMillis());
    }
}
