package dev.rowhound.crawl.http;

import dev.rowhound.crawl.view.Arrival;
import dev.rowhound.crawl.view.Deadline;
import dev.rowhound.crawl.view.LookupException;
import dev.rowhound.crawl.view.Query;
import dev.rowhound.crawl.view.QueryResult;
import dev.rowhound.crawl.view.Snapshot;
import dev.rowhound.crawl.view.SnapshotRequest;
import dev.rowhound.crawl.view.Typed;
import dev.rowhound.crawl.view.View;
import dev.rowhound.crawl.view.ViewClosedException;
import dev.rowhound.egress.EgressException;
import dev.rowhound.egress.EgressPolicy;
import dev.rowhound.egress.WebRequest;
import dev.rowhound.egress.WebResponse;
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

/** A page as the host sends it, without a browser. Its content never changes by itself. */
public final class HttpView implements View {
    private static final int MAX_REFRESHES = 5;

    private static final String ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    /** The media types that a browser shows and does not download. */
    private static final Set<String> PAGE_TYPES = Set.of(
            "text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml", "application/json");

    private final Fetcher fetcher;
    private final Map<String, String> headers;
    private final CookieHandler cookies;
    private final EgressPolicy egress;
    private final Budget budget;
    private @Nullable HttpPage page;

    /** Fetches pages, see {@link dev.rowhound.egress.EgressClient#get}. */
    @FunctionalInterface
    public interface Fetcher {
        /** Blocks until the whole response has arrived. */
        WebResponse get(WebRequest request) throws EgressException, InterruptedException;
    }

    /**
     * Creates a view for one item.
     *
     * @param cookies the session's cookies
     * @param egress the proxy to use and any internal addresses that may be reached
     * @param budget limits the cost of reading pages; beyond it methods throw {@link BudgetExceededException}
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
        WebResponse answer = get(address, limit, step);
        Arrival arrival = new Arrival(answer.status(), answer.header("Retry-After"));
        HttpPage loaded = read(answer, step);
        for (int i = 0; i < MAX_REFRESHES; i++) {
            Optional<String> next = loaded.refresh();
            if (next.isEmpty() || WebLink.page(next.get()).equals(WebLink.page(loaded.url()))) {
                break;
            }
            loaded = read(get(next.get(), limit, step), step);
        }
        page = loaded;
        return arrival;
    }

    private WebResponse get(String address, Deadline limit, String step) throws LookupException {
        Duration left = Duration.ofMillis(Math.max(1, limit.leftMillis()));
        try {
            return fetcher.get(new WebRequest(address, headers, cookies, left, egress));
        } catch (EgressException e) {
            throw new LookupException(e.code(), String.valueOf(e.getMessage()), step);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ViewClosedException("the look-up was interrupted", false, e);
        }
    }

    private HttpPage read(WebResponse answer, String step) throws LookupException {
        if (answer.status() == 204 || answer.status() == 205) {
            throw new LookupException(ErrorCode.NAVIGATION, "The URL returned no page", step);
        }
        String type = answer.header("Content-Type");
        String media =
                type == null ? "text/html" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        String disposition = answer.header("Content-Disposition");
        boolean attached = disposition != null && disposition.strip().regionMatches(true, 0, "attachment", 0, 10);
        boolean shown = PAGE_TYPES.contains(media) || media.endsWith("+json");
        if ((!shown || attached) && answer.status() >= 400) {
            // The status says what happened, whatever was sent with it.
            return new HttpPage(answer.url(), answer.status(), "", budget);
        }
        if (!shown || attached) {
            throw new LookupException(ErrorCode.NAVIGATION, "The URL is a download, not a page", step);
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
            boolean current = wait.selector().isEmpty()
                    ? wait.text()
                            .find(
                                    read(new SnapshotRequest(List.of(), true), step)
                                            .text(),
                                    budget)
                    : find(wait.selector(), step).elements().stream()
                            .anyMatch(element -> wait.text().find(element.text(), budget));
            if (!current) {
                throw new LookupException(
                        ErrorCode.TIMEOUT, "The page has no text like " + wait.text() + " without a browser", step);
            }
        } else if (!(action instanceof Step.WaitLoad)) {
            throw new IllegalArgumentException("needs a browser: " + action);
        }
    }

    private QueryResult find(String selector, String step) throws LookupException {
        return read(new SnapshotRequest(List.of(new Query(selector, null, true)), false), step)
                .found()
                .get(0);
    }

    private Snapshot read(SnapshotRequest request, String step) throws LookupException {
        HttpPage current = page;
        if (current == null) {
            throw new LookupException(ErrorCode.NAVIGATION, "No page was loaded", step);
        }
        return current.read(request);
    }

    @Override
    public Optional<Snapshot> snapshot(SnapshotRequest request, long patienceMillis, Deadline limit, String step)
            throws LookupException {
        return Optional.of(read(request, step));
    }

    @Override
    public void pause(long millis) {
        throw new IllegalStateException("a response does not change");
    }

    @Override
    public boolean canChange() {
        return false;
    }

    @Override
    public Optional<byte[]> screenshot() {
        return Optional.empty();
    }

    @Override
    public Optional<byte[]> screenshot(String selector) {
        return Optional.empty();
    }

    @Override
    public Optional<String> storageState() {
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
