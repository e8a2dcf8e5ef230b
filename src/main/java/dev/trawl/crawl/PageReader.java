package dev.trawl.crawl;

import com.microsoft.playwright.Page;
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
import org.jspecify.annotations.Nullable;

/** Reads what stands on a page at one moment, in one call. */
final class PageReader {
    /** How many characters are taken of the page's text, and of each query's elements together. */
    static final int MAX_CHARS = 1_000_000;

    private static final String SCRIPT = script();
    private static final String UNIT = "\u001f";
    private static final String RECORD = "\u001e";
    private static final String NOT_CSS = "?";
    private static final String CUT = "cut";

    /** The browser drops what it does not understand in these without complaint, so Playwright's additions would be. */
    private static final Pattern FORGIVING = Pattern.compile(":(?:is|where)\\(");

    private static final Pattern SPACE = Pattern.compile("[\\s\\p{Z}\\u200b\\ufeff]+");

    private final Page page;
    private final Set<String> playwrightOnly = new HashSet<>();

    /**
     * What to look for.
     *
     * @param selector the elements
     * @param attribute the attribute to read, or null
     * @param text whether the elements' text is wanted
     */
    record Query(String selector, @Nullable String attribute, boolean text) {}

    /**
     * An element.
     *
     * @param text its text, space folded; empty if it was not asked for
     * @param attribute the attribute's value, space folded, or null
     */
    record Element(String text, @Nullable String attribute) {}

    /**
     * What a query found.
     *
     * @param elements in the page's order
     * @param cut whether there were more than {@link #MAX_CHARS} characters, and some elements are missing
     */
    record Found(List<Element> elements, boolean cut) {}

    /**
     * A page at one moment.
     *
     * @param url its address
     * @param status its HTTP status, 0 if unknown
     * @param parsed whether the whole document has arrived and been read
     * @param complete whether what it refers to has been loaded too
     * @param text what a reader sees of it, space folded; empty if it was not asked for
     * @param found for each query, in order
     */
    record Snapshot(String url, int status, boolean parsed, boolean complete, String text, List<Found> found) {}

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
        Map<String, Object> argument = Map.of("queries", asked, "withText", withText, "limit", MAX_CHARS);
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
                fold(head[3]),
                List.copyOf(found));
    }

    /** Removes space around the text and makes one blank of each space within it. */
    static String fold(String text) {
        return SPACE.matcher(text).replaceAll(" ").strip();
    }

    private static Map<String, Object> argument(Query query, boolean css) {
        Map<String, Object> argument = new HashMap<>();
        argument.put("selector", query.selector());
        argument.put("attribute", Objects.requireNonNullElse(query.attribute(), ""));
        argument.put("text", query.text());
        argument.put("css", css);
        argument.put("limit", MAX_CHARS);
        return argument;
    }

    private static Found found(String record) {
        String[] units = record.split(UNIT, -1);
        List<Element> elements = new ArrayList<>();
        for (int i = 1; i + 1 < units.length; i += 2) {
            String attribute = units[i + 1];
            elements.add(new Element(fold(units[i]), attribute.startsWith("=") ? fold(attribute.substring(1)) : null));
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
