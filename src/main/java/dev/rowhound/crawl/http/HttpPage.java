package dev.rowhound.crawl.http;

import dev.rowhound.crawl.view.Element;
import dev.rowhound.crawl.view.Found;
import dev.rowhound.crawl.view.Query;
import dev.rowhound.crawl.view.Snapshot;
import dev.rowhound.crawl.view.Sought;
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

/** A page that has come over HTTP. */
final class HttpPage {
    /** A page that leads on later than this has something to say itself. */
    private static final int MAX_REFRESH_SECONDS = 5;

    /** Selectors of recipes, which are few and come again with each item. */
    private static final Map<String, Css> KNOWN = new ConcurrentHashMap<>();

    private static final int MAX_KNOWN = 10_000;

    private final String url;
    private final int status;
    private final Document document;
    private final String base;
    private final CssMatch match;
    private final Budget budget;

    /**
     * Parses a page.
     *
     * @param budget what reading it may cost, at first and with each look
     * @throws TooLargeException if it has more of anything than {@link HtmlParser} takes
     */
    HttpPage(String url, int status, String html, Budget budget) {
        this.url = url;
        this.status = status;
        this.budget = budget;
        this.document = HtmlParser.parse(html, url, budget);
        // With scripts on, what stands in there is text to a browser, and holds no element.
        document.select("noscript").forEach(hidden -> {
            String inner = PageText.html(hidden, budget);
            hidden.empty();
            hidden.appendChild(new DataNode(inner));
        });
        org.jsoup.nodes.Element given = document.selectFirst("base[href]");
        this.base =
                given == null ? url : WebLink.resolve(url, given.attr("href")).orElse(url);
        this.match = new CssMatch(document.quirksMode(), budget);
    }

    String url() {
        return url;
    }

    /** The address that the page leads on to by itself, soon. */
    Optional<String> refresh() {
        for (org.jsoup.nodes.Element meta : document.select("meta[http-equiv=refresh][content]")) {
            Optional<MetaRefresh> refresh = MetaRefresh.parse(meta.attr("content"));
            if (refresh.isPresent() && refresh.get().seconds() <= MAX_REFRESH_SECONDS) {
                return WebLink.resolve(base, refresh.get().url());
            }
        }
        return Optional.empty();
    }

    /** What a look at it brings. */
    Snapshot read(Sought sought) {
        boolean brief = !sought.marks().isEmpty() && document.getAllElements().size() - 1 <= Snapshot.BRIEF_ELEMENTS;
        String text = sought.withText() || brief ? Snapshot.fold(PageText.seen(document.body(), budget)) : "";
        return new Snapshot(
                url,
                base,
                status,
                true,
                true,
                text.length() > Snapshot.MAX_CHARS ? text.substring(0, Snapshot.MAX_CHARS) : text,
                brief,
                sought.queries().stream().map(query -> find(query, document)).toList(),
                sought.marks().stream()
                        .map(mark -> match.any(css(mark), document))
                        .toList());
    }

    private Found find(Query query, org.jsoup.nodes.Element root) {
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
                return new Found(List.of(), true);
            }
            found.add(read);
        }
        return new Found(found, false);
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
        Css known = KNOWN.get(selector);
        if (known != null) {
            return known;
        }
        try {
            Css css = CssParser.parse(selector);
            if (KNOWN.size() >= MAX_KNOWN) {
                KNOWN.clear();
            }
            KNOWN.put(selector, css);
            return css;
        } catch (CssException e) {
            throw new IllegalArgumentException("the selector " + selector + " " + e.place(), e);
        }
    }
}
