package dev.rowhound.crawl.http;

import dev.rowhound.crawl.view.Element;
import dev.rowhound.crawl.view.Query;
import dev.rowhound.crawl.view.QueryResult;
import dev.rowhound.crawl.view.Snapshot;
import dev.rowhound.crawl.view.SnapshotRequest;
import dev.rowhound.net.WebLink;
import dev.rowhound.recipe.css.Css;
import dev.rowhound.recipe.css.CssException;
import dev.rowhound.recipe.css.CssParser;
import dev.rowhound.recipe.pattern.Budget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jsoup.nodes.DataNode;
import org.jsoup.nodes.Document;

/** A page fetched over HTTP. */
final class HttpPage {
    /** A page that refreshes later than this has its own content. */
    private static final int MAX_REFRESH_SECONDS = 5;

    /** Cached selectors; recipes have few, and they recur with each item. */
    private static final Map<String, Css> SELECTORS = new ConcurrentHashMap<>();

    private static final int MAX_SELECTORS = 10_000;

    private final String url;
    private final int status;
    private final Document document;
    private final String base;
    private final CssMatcher match;
    private final Budget budget;

    /**
     * @param budget limits the cost of parsing and of each read
     * @throws TooLargeException if the page exceeds a limit of {@link HtmlParser}
     */
    HttpPage(String url, int status, String html, Budget budget) {
        this.url = url;
        this.status = status;
        this.budget = budget;
        this.document = HtmlParser.parse(html, url, budget);
        // A browser with scripts enabled treats the content as text.
        document.select("noscript").forEach(hidden -> {
            String inner = PageText.html(hidden, budget);
            hidden.empty();
            hidden.appendChild(new DataNode(inner));
        });
        org.jsoup.nodes.Element given = document.selectFirst("base[href]");
        this.base =
                given == null ? url : WebLink.resolve(url, given.attr("href")).orElse(url);
        this.match = new CssMatcher(document.quirksMode(), budget);
    }

    String url() {
        return url;
    }

    /** Returns the target of an early {@code meta} refresh. */
    Optional<String> refresh() {
        for (org.jsoup.nodes.Element meta : document.select("meta[http-equiv=refresh][content]")) {
            Optional<MetaRefresh> refresh = MetaRefresh.parse(meta.attr("content"));
            if (refresh.isPresent() && refresh.get().seconds() <= MAX_REFRESH_SECONDS) {
                return WebLink.resolve(base, refresh.get().url());
            }
        }
        return Optional.empty();
    }

    /** Takes a snapshot. */
    Snapshot read(SnapshotRequest request) {
        boolean brief =
                !request.marks().isEmpty() && document.getAllElements().size() - 1 <= Snapshot.MAX_BRIEF_ELEMENTS;
        String text = request.withText() || brief ? Snapshot.fold(PageText.seen(document.body(), budget)) : "";
        return new Snapshot(
                url,
                base,
                status,
                true,
                true,
                text.length() > Snapshot.MAX_CHARS ? text.substring(0, Snapshot.MAX_CHARS) : text,
                brief,
                request.queries().stream().map(query -> find(query, document)).toList(),
                request.marks().stream()
                        .map(mark -> match.any(css(mark), document))
                        .toList());
    }

    private QueryResult find(Query query, org.jsoup.nodes.Element root) {
        List<org.jsoup.nodes.Element> elements =
                query.selector().isEmpty() ? List.of(root) : match.select(css(query.selector()), root);
        List<Element> found = new ArrayList<>();
        long chars = 0;
        for (org.jsoup.nodes.Element element : elements) {
            String value = query.attribute() != null && element.hasAttr(query.attribute())
                    ? element.attr(query.attribute())
                    : null;
            Element read = new Element(
                    query.text() ? Snapshot.fold(PageText.of(element, budget)) : "",
                    value == null ? null : Snapshot.fold(value),
                    query.html() ? PageText.html(element, budget) : "",
                    query.within().stream().map(inner -> find(inner, element)).toList());
            chars += size(read);
            if (chars > Snapshot.MAX_CHARS) {
                return new QueryResult(List.of(), true);
            }
            found.add(read);
        }
        return new QueryResult(found, false);
    }

    private static long size(Element element) {
        String attribute = element.attribute();
        long inner = element.within().stream()
                .flatMap(found -> found.elements().stream())
                .mapToLong(HttpPage::size)
                .sum();
        return inner + element.text().length() + element.html().length() + (attribute == null ? 0 : attribute.length());
    }

    private static Css css(String selector) {
        Css known = SELECTORS.get(selector);
        if (known != null) {
            return known;
        }
        try {
            Css css = CssParser.parse(selector);
            if (SELECTORS.size() >= MAX_SELECTORS) {
                SELECTORS.clear();
            }
            SELECTORS.put(selector, css);
            return css;
        } catch (CssException e) {
            throw new IllegalArgumentException("the selector " + selector + " " + e.place(), e);
        }
    }
}
