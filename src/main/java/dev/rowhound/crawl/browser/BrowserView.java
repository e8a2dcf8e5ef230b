package dev.rowhound.crawl.browser;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.options.WaitUntilState;
import dev.rowhound.crawl.view.Arrival;
import dev.rowhound.crawl.view.Deadline;
import dev.rowhound.crawl.view.LookupException;
import dev.rowhound.crawl.view.Query;
import dev.rowhound.crawl.view.Snapshot;
import dev.rowhound.crawl.view.SnapshotRequest;
import dev.rowhound.crawl.view.Typed;
import dev.rowhound.crawl.view.View;
import dev.rowhound.crawl.view.ViewClosedException;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.Evidence;
import dev.rowhound.job.ItemContext;
import dev.rowhound.recipe.Step;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A browser page, driven by Playwright. */
final class BrowserView implements View {
    /**
     * The least time for a page to respond, however little of the step's time is left; a page that is merely busy needs
     * less.
     */
    private static final int RESPONSE_MILLIS = 2_000;

    private static final int RECORDING_MILLIS = 15_000;

    /** The pause before a page is read again that is navigating. */
    private static final int NAVIGATING_POLL_MILLIS = 15;

    private final BrowserSupervisor supervisor;
    private final ReusablePage reusable;
    private final PageOptions options;
    private final @Nullable Recording recording;
    private final Page page;
    private final ItemContext context;
    private final Watchdog watchdog;
    private final Refusals refusals;
    private final PageScreenshot picture;
    private final Responses responses;
    private final StepActions actions;

    /** The response to the latest {@link #open} if it was an error that the browser does not show. */
    private @Nullable Response withoutPage;

    BrowserView(
            BrowserSupervisor supervisor,
            ReusablePage reusable,
            PageOptions options,
            @Nullable Recording recording,
            boolean watchesResponses,
            ItemContext context) {
        this.supervisor = supervisor;
        this.reusable = reusable;
        this.options = options;
        this.recording = recording;
        this.context = context;
        this.page = reusable.page();
        this.watchdog = new Watchdog(supervisor::kill);
        this.refusals = new Refusals(supervisor.browserProxy());
        this.picture = new PageScreenshot(reusable.protocol());
        this.responses = new Responses(page);
        if (watchesResponses) {
            responses.watch();
        }
        this.actions = new StepActions(page, context, responses, reusable.reader());
    }

    @Override
    public String engine() {
        return "browser";
    }

    @Override
    public Arrival open(String address, Deadline limit, String step) throws LookupException {
        withoutPage = null;
        return translate(step, () -> {
            ErrorResponse error = new ErrorResponse(page);
            try {
                reusable.reader().onNavigation();
                responses.mark();
                Response response = page.navigate(
                        address,
                        new Page.NavigateOptions()
                                .setWaitUntil(WaitUntilState.COMMIT)
                                .setTimeout(timeout(limit)));
                reusable.closePopups();
                if (response == null) {
                    return new Arrival(0, null);
                }
                markDirtyAfterLogin(response.status(), address);
                refusals.check(response.url(), response.status(), step);
                return new Arrival(response.status(), response.headers().get("retry-after"));
            } catch (TimeoutError e) {
                refusals.checkNavigation(step);
                throw new LookupException(ErrorCode.TIMEOUT, "The page did not start loading in time", step);
            } catch (PlaywrightException e) {
                if (NavigationFault.isClosed(e)) {
                    throw e;
                }
                refusals.checkNavigation(step);
                if (NavigationFault.isAborted(e)) {
                    // A page whose process dies before the host responds ends like this too; reading it tells the two
                    // apart.
                    snapshot(new SnapshotRequest(List.of(), false), 0, Deadline.in(RESPONSE_MILLIS), step);
                }
                Response refused = error.received();
                if (refused != null) {
                    withoutPage = refused;
                    markDirtyAfterLogin(refused.status(), address);
                    return new Arrival(refused.status(), refused.headers().get("retry-after"));
                }
                NavigationFault fault = NavigationFault.of(e);
                throw new LookupException(fault.code(), fault.message(), step);
            } finally {
                error.close();
            }
        });
    }

    /** HTTP credentials stay in the browser for as long as the context lives. */
    private void markDirtyAfterLogin(int status, String address) {
        if (status == 401 || address.contains("@")) {
            reusable.markDirty();
        }
    }

    @Override
    public void perform(Step action, Typed value, Deadline limit, String step) throws LookupException {
        translate(step, () -> {
            try {
                guard(limit, () -> {
                    actions.act(action, value, limit, step);
                    return true;
                });
            } catch (Watchdog.KilledException e) {
                throw new LookupException(ErrorCode.TIMEOUT, "The page is too busy for the step", step);
            } catch (TimeoutError e) {
                throw timeoutError(action, step);
            } catch (StepActions.RefusedException e) {
                throw new LookupException(ErrorCode.LOGIN, String.valueOf(e.getMessage()), step);
            } catch (PlaywrightException e) {
                if (NavigationFault.isClosed(e)) {
                    throw e;
                }
                throw new LookupException(
                        ErrorCode.SELECTOR_MISSING,
                        "The step cannot be performed on " + StepActions.subject(action) + ": "
                                + NavigationFault.firstLine(e.getMessage()),
                        step);
            }
            reusable.closePopups();
            reusable.reader().onNavigation();
            return true;
        });
    }

    private LookupException timeoutError(Step action, String step) throws LookupException {
        String subject = StepActions.subject(action);
        if (action.selector().isEmpty() || action instanceof Step.WaitText || isWaitForAbsence(action)) {
            return new LookupException(ErrorCode.TIMEOUT, "The step timed out waiting for " + subject, step);
        }
        Query query = new Query(action.selector(), null, false);
        boolean missing = snapshot(new SnapshotRequest(List.of(query), false), 0, Deadline.in(RESPONSE_MILLIS), step)
                .map(snapshot -> snapshot.found().get(0).elements().isEmpty())
                .orElse(true);
        return missing
                ? new LookupException(ErrorCode.SELECTOR_MISSING, "No element " + subject + " appeared in time", step)
                : new LookupException(
                        ErrorCode.TIMEOUT, "The step on " + subject + " could not be performed in time", step);
    }

    private static boolean isWaitForAbsence(Step action) {
        return action instanceof Step.WaitFor wait && wait.state() == Step.State.HIDDEN;
    }

    @Override
    public Optional<Snapshot> snapshot(SnapshotRequest request, long patienceMillis, Deadline limit, String step)
            throws LookupException {
        Response refused = withoutPage;
        if (refused != null) {
            return Optional.of(Snapshot.withoutPage(refused.url(), refused.status(), request));
        }
        return translate(step, () -> {
            reusable.closePopups();
            try {
                Snapshot snapshot = guard(limit, () -> reusable.reader().read(request, patienceMillis));
                markDirtyAfterLogin(snapshot.status(), "");
                refusals.check(snapshot.url(), snapshot.status(), step);
                return Optional.of(snapshot);
            } catch (Watchdog.KilledException e) {
                refuseTooLarge(step);
                throw new LookupException(ErrorCode.TIMEOUT, "The page is too busy to be read", step);
            } catch (PlaywrightException e) {
                if (NavigationFault.isClosed(e)) {
                    throw e;
                }
                if (NavigationFault.isNavigating(e)) {
                    page.waitForTimeout(Math.max(1, Math.min(NAVIGATING_POLL_MILLIS, patienceMillis)));
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
    public void pause(long millis) {
        try {
            page.waitForTimeout(millis);
        } catch (PlaywrightException e) {
            throw new ViewClosedException(supervisor.reason(e), page.isClosed() && supervisor.answers(), e);
        }
        reusable.closePopups();
    }

    @Override
    public boolean canChange() {
        return withoutPage == null;
    }

    @Override
    public Optional<byte[]> screenshot() {
        if (withoutPage != null) {
            return Optional.empty(); // the browser shows the page before
        }
        try {
            return watchdog.guard(PageScreenshot.MAX_MILLIS, picture::take);
        } catch (PlaywrightException | Watchdog.KilledException e) {
            reusable.markDirty();
            return Optional.empty();
        }
    }

    @Override
    public Optional<byte[]> screenshot(String selector) {
        try {
            return watchdog.guard(
                    PageScreenshot.MAX_MILLIS,
                    () -> Optional.of(page.locator(selector)
                            .first()
                            .screenshot(new Locator.ScreenshotOptions().setTimeout(PageScreenshot.MAX_MILLIS / 2))));
        } catch (PlaywrightException | Watchdog.KilledException e) {
            reusable.markDirty();
            return Optional.empty();
        }
    }

    @Override
    public Optional<String> storageState() {
        return Optional.of(
                watchdog.guard(RESPONSE_MILLIS, () -> reusable.context().storageState()));
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
                running.end(reusable, failed);
                return true;
            });
        } catch (PlaywrightException | Watchdog.KilledException e) {
            return List.of();
        }
        return running.files(failed, secrets);
    }

    @Override
    public List<String> console() {
        return reusable.console().errors();
    }

    @Override
    public void close() {
        responses.close();
        supervisor.release(reusable, options);
    }

    private <T> T guard(Deadline limit, Supplier<T> call) {
        return watchdog.guard(Math.max(RESPONSE_MILLIS, limit.leftMillis() + RESPONSE_MILLIS), call);
    }

    private interface Call<T> {
        T make() throws LookupException;
    }

    /** Makes a call and translates Playwright's exceptions for a closed page, browser or driver. */
    private <T> T translate(String step, Call<T> call) throws LookupException {
        try {
            return call.make();
        } catch (PlaywrightException e) {
            refuseTooLarge(step);
            boolean pageOnly = page.isClosed() && supervisor.answers();
            throw new ViewClosedException(supervisor.reason(e), pageOnly, e);
        }
    }

    /** Reports a page that was killed for its size as too large, not as crashed. */
    private void refuseTooLarge(String step) throws LookupException {
        String reason = supervisor.tooLarge();
        if (reason != null) {
            reusable.markDirty();
            throw new LookupException(ErrorCode.TOO_LARGE, reason, step);
        }
    }

    /** Converts a deadline to a Playwright timeout, where 0 would mean no limit. */
    private static double timeout(Deadline deadline) {
        return Math.max(1, deadline.leftMillis());
    }
}
