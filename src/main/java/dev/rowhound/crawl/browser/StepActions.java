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
import dev.rowhound.crawl.view.Sought;
import dev.rowhound.crawl.view.Typed;
import dev.rowhound.job.ItemContext;
import dev.rowhound.net.HostOf;
import dev.rowhound.recipe.Step;
import dev.rowhound.recipe.pattern.Budget;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Does a recipe's steps on a page. */
final class StepActions {
    /** How long a wait may last before the item says that it moves on. */
    private static final int PROGRESS_MILLIS = 1_000;

    /** Between two looks at a page that is just giving way to another one. */
    private static final int POLL_MILLIS = 15;

    /** A step must not be done on the page that is there; the message says why. */
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
     * Does a step.
     *
     * @throws TimeoutError if it could not be done in time
     * @throws RefusedException if it must not be done here
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
     * Waits until the document is there, and with it the scripts that hear what is typed and clicked: an element stands
     * on the page before them. A page that goes on arriving for half of the step's time is taken as it is.
     */
    private void awaitScripts(Deadline limit, String name) {
        try {
            await(
                    Deadline.in(limit.leftMillis() / 2),
                    name,
                    slice -> page.waitForLoadState(
                            LoadState.DOMCONTENTLOADED, new Page.WaitForLoadStateOptions().setTimeout(slice)));
        } catch (TimeoutError e) {
            // People, too, begin with what they see.
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
        double left = timeout(limit);
        if (step instanceof Step.Fill) {
            fill(element, value, left);
        } else if (step instanceof Step.Click) {
            element.click(new Locator.ClickOptions().setTimeout(left));
        } else if (step instanceof Step.Select) {
            element.selectOption(value.text(), new Locator.SelectOptionOptions().setTimeout(left));
        } else if (step instanceof Step.Check check) {
            element.setChecked(check.ticked(), new Locator.SetCheckedOptions().setTimeout(left));
        } else if (step instanceof Step.Press press) {
            element.press(press.key(), new Locator.PressOptions().setTimeout(left));
        } else if (step instanceof Step.Hover) {
            element.hover(new Locator.HoverOptions().setTimeout(left));
        } else if (step instanceof Step.Scroll) {
            element.scrollIntoViewIfNeeded(new Locator.ScrollIntoViewIfNeededOptions().setTimeout(left));
        } else {
            throw unknown(step);
        }
    }

    private static IllegalArgumentException unknown(Step step) {
        return new IllegalArgumentException("The browser does not know the step " + step);
    }

    private static void fill(Locator element, Typed value, double left) {
        Set<String> hosts = value.hosts();
        if (hosts == null) {
            element.fill(value.text(), new Locator.FillOptions().setTimeout(left));
            return;
        }
        // Of one document from here on: if another takes its place, nothing is typed.
        ElementHandle handle = element.elementHandle(new Locator.ElementHandleOptions().setTimeout(left));
        String host = HostOf.address((String) handle.evaluate("element => element.ownerDocument.location.href"));
        if (!hosts.contains(host)) {
            throw new RefusedException("The secret of this step is not for the host that asks for it, " + host);
        }
        try {
            handle.fill(value.text(), new ElementHandle.FillOptions().setTimeout(left));
        } catch (PlaywrightException e) {
            if (e instanceof TimeoutError || NavigationFault.isGone(e)) {
                throw e;
            }
            // Playwright's own message may hold what was to be typed.
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
        Sought sought = new Sought(ofPage ? List.of() : List.of(new Query(wait.selector(), null, true)), ofPage);
        await(limit, name, slice -> {
            Deadline end = Deadline.in((long) slice);
            do {
                if (shows(wait, sought, end.leftMillis())) {
                    return;
                }
            } while (!end.over());
            throw new TimeoutError("the text did not come");
        });
    }

    private boolean shows(Step.WaitText wait, Sought sought, long patienceMillis) {
        Snapshot page;
        try {
            page = reader.read(sought, patienceMillis);
        } catch (PlaywrightException e) {
            if (!NavigationFault.isPassing(e)) {
                throw e;
            }
            this.page.waitForTimeout(POLL_MILLIS);
            return false;
        }
        return sought.withText()
                ? wait.text().find(page.text(), budget)
                : page.found().get(0).elements().stream()
                        .anyMatch(element -> wait.text().find(element.text(), budget));
    }

    private interface Wait {
        void sliceOf(double millis);
    }

    /** Waits in slices, so that the item is seen to move on. */
    private void await(Deadline limit, String name, Wait wait) {
        while (true) {
            try {
                wait.sliceOf(Math.min(PROGRESS_MILLIS, timeout(limit)));
                return;
            } catch (TimeoutError e) {
                if (limit.over()) {
                    throw e;
                }
                context.progress(name);
            }
        }
    }

    /** What the step is about, for a message. */
    static String subject(Step step) {
        if (step instanceof Step.WaitResponse wait) {
            return "an answer from an address like " + wait.url();
        }
        if (step instanceof Step.WaitText wait) {
            return "a text like " + wait.text();
        }
        if (step instanceof Step.WaitLoad wait) {
            return "the state " + wait.state().name().toLowerCase(Locale.ROOT);
        }
        return step.selector().isEmpty() ? "the page" : step.selector();
    }

    /** What to tell Playwright, for which 0 means no limit. */
    private static double timeout(Deadline deadline) {
        return Math.max(1, deadline.leftMillis());
    }
}
