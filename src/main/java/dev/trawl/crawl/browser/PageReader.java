package dev.trawl.crawl.browser;

import com.microsoft.playwright.Page;
import dev.trawl.crawl.view.Element;
import dev.trawl.crawl.view.Found;
import dev.trawl.crawl.view.Query;
import dev.trawl.crawl.view.Snapshot;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads what stands on a page at one moment, in one call. */
final class PageReader {
    private static final String SCRIPT = script();
    private static final String UNIT = "\u001f";
    private static final String RECORD = "\u001e";
    private static final String NOT_CSS = "?";
    private static final String CUT = "cut";

    /** The browser drops what it does not understand in these without complaint, so Playwright's additions would be. */
    private static final Pattern FORGIVING = Pattern.compile(":(?:is|where)\\(");

    private final Page page;
    private final Set<String> playwrightOnly = new HashSet<>();

    PageReader(Page page) {
        this.page = page;
    }

    /** Reads the page. It waits while the page is busy, without a limit of its own. */
    Snapshot read(List<Query> queries, boolean withText) {
        List<Map<String, Object>> asked = new ArrayList<>();
        for (Query query : queries) {
            boolean css = !playwrightOnly.contains(query.selector())
                    && !FORGIVING.matcher(query.selector()).find();
            asked.add(argument(query, css));
        }
        Map<String, Object> argument = Map.of("queries", asked, "withText", withText, "limit", Snapshot.MAX_CHARS);
        String[] records = ((String) page.evaluate(SCRIPT, argument)).split(RECORD, -1);
        String[] head = records[0].split(UNIT, -1);
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < queries.size(); i++) {
            String record = records[i + 1];
            if (record.equals(NOT_CSS)) {
                Query query = queries.get(i);
                playwrightOnly.add(query.selector());
                record = (String) page.locator(query.selector()).evaluateAll(SCRIPT, argument(query, false));
            }
            found.add(found(record));
        }
        String state = head[2];
        return new Snapshot(
                head[0],
                Integer.parseInt(head[1]),
                !state.equals("loading"),
                state.equals("complete"),
                Snapshot.fold(head[3]),
                List.copyOf(found));
    }

    private static Map<String, Object> argument(Query query, boolean css) {
        Map<String, Object> argument = new HashMap<>();
        argument.put("selector", query.selector());
        argument.put("attribute", Objects.requireNonNullElse(query.attribute(), ""));
        argument.put("text", query.text());
        argument.put("css", css);
        argument.put("limit", Snapshot.MAX_CHARS);
        return argument;
    }

    private static Found found(String record) {
        String[] units = record.split(UNIT, -1);
        List<Element> elements = new ArrayList<>();
        for (int i = 1; i + 1 < units.length; i += 2) {
            String attribute = units[i + 1];
            elements.add(new Element(
                    Snapshot.fold(units[i]), attribute.startsWith("=") ? Snapshot.fold(attribute.substring(1)) : null));
        }
        return new Found(List.copyOf(elements), units[0].equals(CUT));
    }

    private static String script() {
        try (InputStream in = PageReader.class.getResourceAsStream("read-page.js")) {
            return new String(Objects.requireNonNull(in, "read-page.js").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
