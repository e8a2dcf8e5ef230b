package dev.rowhound.crawl.browser;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.options.WaitUntilState;
import dev.rowhound.crawl.view.Arrival;
import dev.rowhound.crawl.view.Deadline;
import dev.rowhound.crawl.view.GoneException;
import dev.rowhound.crawl.view.LookupException;
import dev.rowhound.crawl.view.Query;
import dev.rowhound.crawl.view.Snapshot;
import dev.rowhound.crawl.view.Sought;
import dev.rowhound.crawl.view.Typed;
import dev.rowhound.crawl.view.View;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.Evidence;
import dev.rowhound.job.ItemContext;
import dev.rowhound.recipe.Step;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A page in a browser, driven by Playwright. */
final class BrowserView implements View {
    /** A page that is merely busy answers within this, however little of the step's time is left. */
    private static final int ANSWER_MILLIS = 2_000;

    /** How long the writing of a trace and a HAR may take. */
    private static final int RECORDING_MILLIS = 15_000;

    /** Between two looks at a page that is just giving way to another one. */
    private static final int PASSING_MILLIS = 15;

    private final BrowserSupervisor supervisor;
    private final KeptPage kept;
    private final PageWishes wishes;
    private final @Nullable Recording recording;
    private final Page page;
    private final ItemContext context;
    private final Watchdog watchdog;
    private final Refusals refusals;
    private final PagePicture picture;
    private final Responses responses;
    private final StepActions actions;

    BrowserView(
            BrowserSupervisor supervisor,
            KeptPage kept,
            PageWishes wishes,
            @Nullable Recording recording,
            boolean watchesResponses,
            ItemContext context) {
        this.supervisor = supervisor;
        this.kept = kept;
        this.wishes = wishes;
        this.recording = recording;
        this.context = context;
        this.page = kept.page();
        this.watchdog = new Watchdog(supervisor::kill);
        this.refusals = new Refusals(supervisor.browserProxy());
        this.picture = new PagePicture(kept.protocol());
        this.responses = new Responses(page);
        if (watchesResponses) {
            responses.watch();
        }
        this.actions = new StepActions(page, context, responses, kept.reader());
    }

    @Override
    public String engine() {
        return "browser";
    }

    @Override
    public Arrival open(String address, Deadline limit, String step) throws LookupException {
        return alive(step, () -> {
            try {
                kept.reader().moved();
                responses.mark();
                Response answer = page.navigate(
                        address,
                        new Page.NavigateOptions()
                                .setWaitUntil(WaitUntilState.COMMIT)
                                .setTimeout(timeout(limit)));
                kept.closePopups();
                if (answer == null) {
                    return new Arrival(0, null);
                }
                wearByLogin(answer.status(), address);
                refusals.check(answer.url(), answer.status(), step);
                return new Arrival(answer.status(), answer.headers().get("retry-after"));
            } catch (TimeoutError e) {
                refusals.checkNavigation(step);
                throw new LookupException(ErrorCode.TIMEOUT, "The page did not begin to arrive in time", step);
            } catch (PlaywrightException e) {
                if (NavigationFault.isGone(e)) {
                    throw e;
                }
                refusals.checkNavigation(step);
                if (NavigationFault.isAborted(e)) {
                    // So ends, too, a page whose process dies before the host answers; only such a page cannot be read.
                    look(new Sought(List.of(), false), 0, Deadline.in(ANSWER_MILLIS), step);
                }
                NavigationFault fault = NavigationFault.of(e);
                throw new LookupException(fault.code(), fault.message(), step);
            }
        });
    }

    /** The browser keeps what it has logged in with for as long as the context lives. */
    private void wearByLogin(int status, String address) {
        if (status == 401 || address.contains("@")) {
            kept.wear();
        }
    }

    @Override
    public void perform(Step action, Typed value, Deadline limit, String step) throws LookupException {
        alive(step, () -> {
            try {
                guard(limit, () -> {
                    actions.act(action, value, limit, step);
                    return true;
                });
            } catch (Watchdog.BitException e) {
                throw new LookupException(ErrorCode.TIMEOUT, "The page is too busy for the step", step);
            } catch (TimeoutError e) {
                throw timedOut(action, step);
            } catch (StepActions.RefusedException e) {
                throw new LookupException(ErrorCode.LOGIN, String.valueOf(e.getMessage()), step);
            } catch (PlaywrightException e) {
                if (NavigationFault.isGone(e)) {
                    throw e;
                }
                throw new LookupException(
                        ErrorCode.SELECTOR_MISSING,
                        "The step cannot be done on " + StepActions.subject(action) + ": "
                                + NavigationFault.firstLine(e.getMessage()),
                        step);
            }
            kept.closePopups();
            kept.reader().moved();
            return true;
        });
    }

    private LookupException timedOut(Step action, String step) throws LookupException {
        String subject = StepActions.subject(action);
        if (action.selector().isEmpty() || action instanceof Step.WaitText || isWaitForAbsence(action)) {
            return new LookupException(ErrorCode.TIMEOUT, "The step waited in vain for " + subject, step);
        }
        Query query = new Query(action.selector(), null, false);
        boolean missing = look(new Sought(List.of(query), false), 0, Deadline.in(ANSWER_MILLIS), step)
                .map(snapshot -> snapshot.found().get(0).elements().isEmpty())
                .orElse(true);
        return missing
                ? new LookupException(
                        ErrorCode.SELECTOR_MISSING, "No element " + subject + " was on the page in time", step)
                : new LookupException(ErrorCode.TIMEOUT, "The step on " + subject + " could not be done in time", step);
    }

    private static boolean isWaitForAbsence(Step action) {
        return action instanceof Step.WaitFor wait && wait.state() == Step.State.HIDDEN;
    }

    @Override
    public Optional<Snapshot> look(Sought sought, long patienceMillis, Deadline limit, String step)
            throws LookupException {
        return alive(step, () -> {
            kept.closePopups();
            try {
                Snapshot snapshot = guard(limit, () -> kept.reader().read(sought, patienceMillis));
                wearByLogin(snapshot.status(), "");
                refusals.check(snapshot.url(), snapshot.status(), step);
                return Optional.of(snapshot);
            } catch (Watchdog.BitException e) {
                refuseTooLarge(step);
                throw new LookupException(ErrorCode.TIMEOUT, "The page is too busy to be read", step);
            } catch (PlaywrightException e) {
                if (NavigationFault.isGone(e)) {
                    throw e;
                }
                if (NavigationFault.isPassing(e)) {
                    page.waitForTimeout(Math.max(1, Math.min(PASSING_MILLIS, patienceMillis)));
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
    public void rest(long millis) {
        try {
            page.waitForTimeout(millis);
        } catch (PlaywrightException e) {
            throw new GoneException(supervisor.reason(e), page.isClosed() && supervisor.answers(), e);
        }
        kept.closePopups();
    }

    @Override
    public boolean canChange() {
        return true;
    }

    @Override
    public Optional<byte[]> picture() {
        try {
            return watchdog.guard(PagePicture.MAX_MILLIS, picture::take);
        } catch (PlaywrightException | Watchdog.BitException e) {
            kept.wear();
            return Optional.empty();
        }
    }

    @Override
    public Optional<byte[]> picture(String selector) {
        try {
            return watchdog.guard(
                    PagePicture.MAX_MILLIS,
                    () -> Optional.of(page.locator(selector)
                            .first()
                            .screenshot(new Locator.ScreenshotOptions().setTimeout(PagePicture.MAX_MILLIS / 2))));
        } catch (PlaywrightException | Watchdog.BitException e) {
            kept.wear();
            return Optional.empty();
        }
    }

    @Override
    public Optional<String> stored() {
        return Optional.of(watchdog.guard(ANSWER_MILLIS, () -> kept.context().storageState()));
    }

    @Override
    public List<Evidence> recordings(boolean failed, UnaryOperator<String> secrets) {
        Recording running = recording;
        if (running == null) {
            return List.of();
        }
        responses.close();
        try {
            watchdog.guard(RECORDING_MILLIS, () -> {
                running.end(kept, failed);
                return true;
            });
        } catch (PlaywrightException | Watchdog.BitException e) {
            return List.of();
        }
        return running.files(failed, secrets);
    }

    @Override
    public List<String> console() {
        return kept.console().errors();
    }

    @Override
    public void close() {
        responses.close();
        supervisor.release(kept, wishes);
    }

    private <T> T guard(Deadline limit, Supplier<T> call) {
        return watchdog.guard(Math.max(ANSWER_MILLIS, limit.leftMillis() + ANSWER_MILLIS), call);
    }

    private interface Call<T> {
        T make() throws LookupException;
    }

    /** Makes calls of Playwright's, whose ways of telling that a page is gone are no concern of others. */
    private <T> T alive(String step, Call<T> call) throws LookupException {
        try {
            return call.make();
        } catch (PlaywrightException e) {
            refuseTooLarge(step);
            boolean pageOnly = page.isClosed() && supervisor.answers();
            throw new GoneException(supervisor.reason(e), pageOnly, e);
        }
    }

    /** A page that was ended for its size has not crashed. */
    private void refuseTooLarge(String step) throws LookupException {
        String reason = supervisor.tooLarge();
        if (reason != null) {
            kept.wear();
            throw new LookupException(ErrorCode.TOO_LARGE, reason, step);
        }
    }

    /** What to tell Playwright, for which 0 means no limit. */
    private static double timeout(Deadline deadline) {
        return Math.max(1, deadline.leftMillis());
    }
}
