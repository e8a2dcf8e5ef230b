package dev.rowhound.crawl.http;

import dev.rowhound.crawl.view.Arrival;
import dev.rowhound.crawl.view.Deadline;
import dev.rowhound.crawl.view.Found;
import dev.rowhound.crawl.view.GoneException;
import dev.rowhound.crawl.view.LookupException;
import dev.rowhound.crawl.view.Query;
import dev.rowhound.crawl.view.Snapshot;
import dev.rowhound.crawl.view.Sought;
import dev.rowhound.crawl.view.Typed;
import dev.rowhound.crawl.view.View;
import dev.rowhound.egress.EgressException;
import dev.rowhound.egress.EgressPolicy;
import dev.rowhound.egress.WebAnswer;
import dev.rowhound.egress.WebRequest;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.net.WebLink;
import dev.rowhound.recipe.Browsing;
import dev.rowhound.recipe.Step;
import dev.rowhound.recipe.pattern.Budget;
import dev.rowhound.recipe.pattern.BudgetExceededException;
import java.net.CookieHandler;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A page as the host sends it, without a browser. What stands on it never changes by itself. */
public final class HttpView implements View {
    /** The most times that a page leads on to another by itself. */
    private static final int MAX_REFRESHES = 5;

    private static final String ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    /** What a browser shows as a page, and not as a download. */
    private static final Set<String> PAGES = Set.of(
            "text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml", "application/json");

    private final Fetcher fetcher;
    private final Map<String, String> headers;
    private final CookieHandler cookies;
    private final EgressPolicy egress;
    private final Budget budget;
    private @Nullable HttpPage page;

    /** Fetches a page as {@link dev.rowhound.egress.EgressClient#get} does. */
    @FunctionalInterface
    public interface Fetcher {
        /** Waits for the whole answer. */
        WebAnswer get(WebRequest request) throws EgressException, InterruptedException;
    }

    /**
     * Looks as that recipe wants it.
     *
     * @param cookies the cookies that it goes on with
     * @param egress what its requests go through, and may reach besides
     * @param budget what reading its pages may cost; beyond it methods throw {@link BudgetExceededException}
     */
    public HttpView(Fetcher fetcher, Browsing browsing, CookieHandler cookies, EgressPolicy egress, Budget budget) {
        this.budget = budget;
        this.fetcher = fetcher;
        this.cookies = cookies;
        this.egress = egress;
        this.headers = new HashMap<>();
        headers.put("Accept", ACCEPT);
        String agent = browsing.userAgent();
        headers.put("User-Agent", agent == null ? "Mozilla/5.0 (compatible; Rowhound)" : agent);
        String locale = browsing.locale();
        if (locale != null) {
            int region = locale.indexOf('-');
            headers.put("Accept-Language", region < 0 ? locale : locale + "," + locale.substring(0, region) + ";q=0.9");
        }
    }

    @Override
    public String engine() {
        return "http";
    }

    @Override
    public Arrival open(String address, Deadline limit, String step) throws LookupException {
        page = null;
        WebAnswer answer = get(address, limit, step);
        Arrival arrival = new Arrival(answer.status(), answer.header("Retry-After"));
        HttpPage came = read(answer, step);
        for (int i = 0; i < MAX_REFRESHES; i++) {
            Optional<String> next = came.refresh();
            if (next.isEmpty() || WebLink.page(next.get()).equals(WebLink.page(came.url()))) {
                break;
            }
            came = read(get(next.get(), limit, step), step);
        }
        page = came;
        return arrival;
    }

    private WebAnswer get(String address, Deadline limit, String step) throws LookupException {
        Duration left = Duration.ofMillis(Math.max(1, limit.leftMillis()));
        try {
            return fetcher.get(new WebRequest(address, headers, cookies, left, egress));
        } catch (EgressException e) {
            throw new LookupException(e.code(), String.valueOf(e.getMessage()), step);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GoneException("the look-up was interrupted", false, e);
        }
    }

    private HttpPage read(WebAnswer answer, String step) throws LookupException {
        if (answer.status() == 204 || answer.status() == 205) {
            throw new LookupException(ErrorCode.NAVIGATION, "The address answers without a page", step);
        }
        String type = answer.header("Content-Type");
        String media =
                type == null ? "text/html" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        String disposition = answer.header("Content-Disposition");
        boolean attached = disposition != null && disposition.strip().regionMatches(true, 0, "attachment", 0, 10);
        if (!PAGES.contains(media) || attached) {
            throw new LookupException(
                    ErrorCode.NAVIGATION, "The address answers with a download, not with a page", step);
        }
        String text = Charsets.decode(answer.body(), type);
        boolean html = media.equals("text/html") || media.equals("application/xhtml+xml");
        try {
            return new HttpPage(answer.url(), answer.status(), html ? text : "<pre>" + escape(text) + "</pre>", budget);
        } catch (TooLargeException e) {
            throw new LookupException(ErrorCode.TOO_LARGE, "The page is too large: " + e.getMessage(), step);
        }
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    @Override
    public void perform(Step action, Typed value, Deadline limit, String step) throws LookupException {
        if (action instanceof Step.WaitFor wait && wait.state() == Step.State.ATTACHED) {
            if (find(wait.selector(), step).elements().isEmpty()) {
                throw new LookupException(
                        ErrorCode.SELECTOR_MISSING, "No element " + wait.selector() + " is on the page", step);
            }
        } else if (action instanceof Step.WaitText wait) {
            boolean there = wait.selector().isEmpty()
                    ? wait.text().find(read(new Sought(List.of(), true), step).text(), budget)
                    : find(wait.selector(), step).elements().stream()
                            .anyMatch(element -> wait.text().find(element.text(), budget));
            if (!there) {
                throw new LookupException(
                        ErrorCode.TIMEOUT, "The page has no text like " + wait.text() + " without a browser", step);
            }
        } else if (!(action instanceof Step.WaitLoad)) {
            throw new IllegalArgumentException("needs a browser: " + action);
        }
    }

    private Found find(String selector, String step) throws LookupException {
        return read(new Sought(List.of(new Query(selector, null, true)), false), step)
                .found()
                .get(0);
    }

    private Snapshot read(Sought sought, String step) throws LookupException {
        HttpPage there = page;
        if (there == null) {
            throw new LookupException(ErrorCode.NAVIGATION, "No page has come", step);
        }
        return there.read(sought);
    }

    @Override
    public Optional<Snapshot> look(Sought sought, long patienceMillis, Deadline limit, String step)
            throws LookupException {
        return Optional.of(read(sought, step));
    }

    @Override
    public void rest(long millis) {
        throw new IllegalStateException("an answer does not change");
    }

    @Override
    public boolean canChange() {
        return false;
    }

    @Override
    public Optional<byte[]> picture() {
        return Optional.empty();
    }

    @Override
    public Optional<byte[]> picture(String selector) {
        return Optional.empty();
    }

    @Override
    public Optional<String> stored() {
        return Optional.empty();
    }

    @Override
    public List<String> console() {
        return List.of();
    }

    @Override
    public void close() {
        page = null;
    }
}
