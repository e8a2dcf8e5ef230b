package dev.rowhound.crawl;

import dev.rowhound.crawl.browser.BrowserSupervisor;
import dev.rowhound.crawl.http.HttpView;
import dev.rowhound.crawl.install.BrowserUnavailableException;
import dev.rowhound.crawl.view.LookupException;
import dev.rowhound.crawl.view.SessionState;
import dev.rowhound.crawl.view.View;
import dev.rowhound.crawl.view.ViewClosedException;
import dev.rowhound.egress.Egress;
import dev.rowhound.egress.EgressException;
import dev.rowhound.egress.EgressPolicy;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemContext;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.Processor;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.Session;
import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks items up in its own browser or over plain HTTP. Items share no state unless they belong to the same session.
 */
final class CrawlProcessor implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(CrawlProcessor.class);
    private static final String STEP = "browser";
    private static final RetryAfter RETRY_AFTER = new RetryAfter(Clock.systemUTC());

    /** The errors of the HTTP engine after which engine {@code auto} tries a browser. */
    private static final Set<ErrorCode> RETRY_WITH_BROWSER = Set.of(
            ErrorCode.UNRECOGNISED,
            ErrorCode.SELECTOR_MISSING,
            ErrorCode.FIELD_INVALID,
            ErrorCode.UNANSWERED,
            ErrorCode.BLOCKED,
            ErrorCode.HTTP_4XX,
            ErrorCode.TIMEOUT);

    private final BrowserSupervisor browser;
    private final Function<ItemInput, Recipe> recipes;
    private final Egress egress;
    private final SessionPool sessions;
    private final EnginePredictor predictor;
    private final Secrets secrets;
    private volatile boolean aborted;

    /**
     * @param recipes provides the recipe of an item
     * @param predictor predicts which sites need a browser
     * @param secrets the values that logins may type
     */
    CrawlProcessor(
            BrowserSupervisor browser,
            Function<ItemInput, Recipe> recipes,
            Egress egress,
            SessionPool sessions,
            EnginePredictor predictor,
            Secrets secrets) {
        this.browser = browser;
        this.recipes = recipes;
        this.egress = egress;
        this.sessions = sessions;
        this.predictor = predictor;
        this.secrets = secrets;
    }

    @Override
    public ItemResult process(ItemInput input, ItemContext context) throws IOException {
        aborted = false;
        Recipe recipe = recipes.apply(input);
        EgressPolicy policy;
        try {
            List<String> pool = recipe.browsing().proxies();
            policy = EgressPolicy.through(
                    pool.isEmpty() ? null : egress.proxies().next(pool));
            if (recipe.start().internal()) {
                policy = policy.reaching(recipe.start().url());
            }
        } catch (EgressException e) {
            return ItemResult.failed(e.code(), String.valueOf(e.getMessage()), "start");
        }
        Assignment assignment = Assignment.begin(recipe, input, context, egress.robots(), policy, () -> aborted);
        SessionPool.PooledSession session = sessions.of(recipe, input);
        return switch (recipe.browsing().engine()) {
            case BROWSER -> inBrowser(assignment, session);
            case HTTP -> overHttp(assignment, session);
            case AUTO -> autoEngine(assignment, session);
        };
    }

    private ItemResult autoEngine(Assignment assignment, SessionPool.@Nullable PooledSession session)
            throws IOException {
        Recipe recipe = assignment.recipe();
        String name = recipe.name() + "@" + recipe.version();
        String host = CrawlEngine.hostOf(recipe, assignment.input());
        if (predictor.needsBrowser(name, host)) {
            return inBrowser(assignment, session);
        }
        ItemResult result = overHttp(assignment, session);
        ErrorCode code = result.error() == null ? null : result.error().code();
        if (code == null
                || !RETRY_WITH_BROWSER.contains(code)
                || aborted
                || assignment.clock().over()) {
            return result;
        }
        ItemResult browserResult = inBrowser(assignment, session);
        if (browserResult.state() == ItemState.FOUND || browserResult.state() == ItemState.NOT_FOUND) {
            predictor.browserWorked(name, host);
        }
        return browserResult;
    }

    private ItemResult overHttp(Assignment assignment, SessionPool.@Nullable PooledSession session) {
        CookieManager cookies =
                session == null ? new CookieManager(null, CookiePolicy.ACCEPT_ORIGINAL_SERVER) : session.cookies();
        try (View view = new HttpView(
                egress.client()::get,
                assignment.recipe().browsing(),
                cookies,
                assignment.egress(),
                assignment.budget())) {
            ItemResult result = new Lookup(view, assignment, RETRY_AFTER).run();
            return aborted ? stopped(assignment) : EvidenceCapture.capture(view, assignment, secrets, result);
        } catch (LoggedOutException e) {
            throw new IllegalStateException("a log-in needs a browser", e);
        } catch (ViewClosedException e) {
            return stopped(assignment);
        }
    }

    private ItemResult inBrowser(Assignment assignment, SessionPool.@Nullable PooledSession session)
            throws IOException {
        try {
            return inSession(assignment, session);
        } catch (BrowserUnavailableException e) {
            // The error is retryable: another node may have a browser.
            return withVisit(
                    assignment, ItemResult.failed(ErrorCode.BROWSER_CRASHED, "No browser: " + e.getMessage(), STEP));
        } catch (ViewClosedException e) {
            return viewClosed(e, assignment);
        }
    }

    private ItemResult inSession(Assignment assignment, SessionPool.@Nullable PooledSession session)
            throws IOException {
        Recipe recipe = assignment.recipe();
        Session.Login login = recipe.session() == null ? null : recipe.session().login();
        for (int i = 0; i < 2; i++) {
            SessionState state;
            try {
                state = session == null ? null : state(session, login, assignment);
            } catch (LookupException e) {
                return withVisit(assignment, Lookup.result(assignment, e));
            }
            assignment.timeline().enter(STEP);
            try (View view = browser.open(recipe, state, assignment.egress(), assignment.context())) {
                ItemResult result = new Lookup(view, assignment, RETRY_AFTER).run();
                if (aborted) {
                    return stopped(assignment);
                }
                if (session != null && login == null) {
                    view.storageState().ifPresent(session::keep);
                }
                return EvidenceCapture.capture(view, assignment, secrets, result);
            } catch (LoggedOutException e) {
                if (session != null && state != null) {
                    session.expire(state);
                }
            }
        }
        return withVisit(
                assignment,
                ItemResult.failed(
                        ErrorCode.LOGIN,
                        "The site asks for a log-in again right after a successful log-in",
                        LoginRun.STEP));
    }

    private SessionState state(SessionPool.PooledSession session, Session.@Nullable Login login, Assignment assignment)
            throws LookupException {
        if (login == null) {
            return session.state();
        }
        Recipe loginRecipe = assignment.recipe().withoutEvidence();
        return session.loggedIn(assignment, fresh -> {
            try (View view = browser.open(loginRecipe, fresh, assignment.egress(), assignment.context())) {
                new LoginRun(view, assignment, secrets, RETRY_AFTER).run(login);
                return view.storageState().orElse(null);
            } catch (IOException e) {
                throw new ViewClosedException("its folder cannot be created: " + e.getMessage(), false, e);
            }
        });
    }

    private ItemResult viewClosed(ViewClosedException e, Assignment assignment) {
        if (e.pageOnly() && !aborted) {
            return withVisit(
                    assignment, ItemResult.failed(ErrorCode.UNRECOGNISED, "The page closed itself", "outcome"));
        }
        browser.discardDead();
        if (aborted) {
            return stopped(assignment);
        }
        ItemInput input = assignment.input();
        LOG.info("The browser crashed under row {} of job {}: {}", input.row(), input.job(), e.getMessage());
        LOG.debug("The browser crashed", e);
        return withVisit(
                assignment,
                ItemResult.failed(ErrorCode.BROWSER_CRASHED, "The browser crashed: " + e.getMessage(), STEP));
    }

    private static ItemResult stopped(Assignment assignment) {
        return withVisit(
                assignment,
                ItemResult.failed(ErrorCode.BROWSER_CRASHED, "The browser was stopped during the look-up", STEP));
    }

    private static ItemResult withVisit(Assignment assignment, ItemResult result) {
        return result.with(assignment.timeline().visit(STEP, List.of()));
    }

    @Override
    public void abort() {
        aborted = true;
        browser.kill();
    }

    @Override
    public void close() {
        browser.close();
    }
}
