package dev.rowhound.crawl.browser;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import dev.rowhound.config.Resource;
import dev.rowhound.crawl.view.Element;
import dev.rowhound.crawl.view.Query;
import dev.rowhound.crawl.view.QueryResult;
import dev.rowhound.crawl.view.Snapshot;
import dev.rowhound.crawl.view.SnapshotRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Waits for a change of the page and takes a snapshot, in one call. The script runs in an isolated world, which shares
 * only the DOM with the page's scripts, so that no page can manipulate it.
 */
final class PageReader {
    private static final String SCRIPT = Resource.text(PageReader.class, "read-page.js");
    private static final String WORLD = "rowhound";
    private static final String UNIT_SEPARATOR = "\u001f";
    private static final String RECORD_SEPARATOR = "\u001e";
    private static final String INNER_RECORD_SEPARATOR = "\u001d";
    private static final String INNER_UNIT_SEPARATOR = "\u001c";
    private static final String NOT_CSS = "?";
    private static final String CUT = "cut";
    private static final int NO_WORLD = -1;

    /** The browser silently ignores unknown selectors within these, so it would also ignore Playwright's extensions. */
    private static final Pattern FORGIVING = Pattern.compile(":(?:is|where)\\(");

    private final Page page;
    private final CDPSession protocol;
    private final String frame;
    private final Set<String> playwrightOnly = new HashSet<>();
    private int world = NO_WORLD;

    /** Reads the page's main frame over its CDP session. */
    PageReader(Page page, CDPSession protocol) {
        this.page = page;
        this.protocol = protocol;
        this.frame = protocol.send("Page.getFrameTree")
                .getAsJsonObject("frameTree")
                .getAsJsonObject("frame")
                .get("id")
                .getAsString();
    }

    /** Discards the isolated world, since another document may have replaced the current one. */
    void onNavigation() {
        world = NO_WORLD;
    }

    /**
     * Reads the page once it is parsed and may have changed since the last read, or after {@code patienceMillis}.
     * Blocks without a time limit while the page is busy.
     */
    Snapshot read(SnapshotRequest request, long patienceMillis) {
        List<Query> queries = request.queries();
        JsonArray queriesJson = new JsonArray();
        for (Query query : queries) {
            boolean css = !playwrightOnly.contains(query.selector())
                    && !FORGIVING.matcher(query.selector()).find();
            queriesJson.add(json(query, css));
        }
        JsonObject argument = new JsonObject();
        argument.add("queries", queriesJson);
        argument.addProperty("withText", request.withText());
        argument.addProperty("limit", Snapshot.MAX_CHARS);
        argument.addProperty("brief", Snapshot.MAX_BRIEF_ELEMENTS);
        argument.addProperty("patience", patienceMillis);
        JsonArray marks = new JsonArray();
        request.marks().forEach(marks::add);
        argument.add("marks", marks);
        String[] records = run(argument).split(RECORD_SEPARATOR, -1);
        String[] head = records[0].split(UNIT_SEPARATOR, -1);
        List<QueryResult> found = new ArrayList<>();
        for (int i = 0; i < queries.size(); i++) {
            String record = records[i + 1];
            if (record.equals(NOT_CSS)) {
                Query query = queries.get(i);
                playwrightOnly.add(query.selector());
                record = (String) page.locator(query.selector()).evaluateAll(SCRIPT, map(query));
            }
            found.add(found(record));
        }
        String state = head[2];
        return new Snapshot(
                head[0],
                head[4],
                Integer.parseInt(head[1]),
                !state.equals("loading"),
                state.equals("complete"),
                Snapshot.fold(head[3]),
                head[5].equals("brief"),
                found,
                head[6].chars().mapToObj(mark -> mark == '1').toList());
    }

    private String run(JsonObject argument) {
        JsonObject wrapped = new JsonObject();
        wrapped.add("value", argument);
        JsonArray arguments = new JsonArray();
        arguments.add(wrapped);
        JsonObject call = new JsonObject();
        call.addProperty("functionDeclaration", SCRIPT);
        call.addProperty("executionContextId", world());
        call.add("arguments", arguments);
        call.addProperty("awaitPromise", true);
        call.addProperty("returnByValue", true);
        JsonObject response;
        try {
            response = protocol.send("Runtime.callFunctionOn", call);
        } catch (PlaywrightException e) {
            onNavigation();
            throw e;
        }
        JsonObject exception = response.getAsJsonObject("exceptionDetails");
        if (exception != null) {
            throw new PlaywrightException("the script that reads it failed: " + exception.get("text"));
        }
        return response.getAsJsonObject("result").get("value").getAsString();
    }

    private int world() {
        if (world == NO_WORLD) {
            JsonObject parameters = new JsonObject();
            parameters.addProperty("frameId", frame);
            parameters.addProperty("worldName", WORLD);
            world = protocol.send("Page.createIsolatedWorld", parameters)
                    .get("executionContextId")
                    .getAsInt();
        }
        return world;
    }

    private static JsonObject json(Query query, boolean css) {
        JsonObject json = new JsonObject();
        json.addProperty("selector", query.selector());
        json.addProperty("css", css);
        json.addProperty("attribute", Objects.requireNonNullElse(query.attribute(), ""));
        json.addProperty("text", query.text());
        json.addProperty("html", query.html());
        json.addProperty("limit", Snapshot.MAX_CHARS);
        JsonArray within = new JsonArray();
        query.within().forEach(inner -> within.add(json(inner, true)));
        json.add("within", within);
        return json;
    }

    private static Map<String, Object> map(Query query) {
        Map<String, Object> map = new HashMap<>();
        map.put("selector", query.selector());
        map.put("attribute", Objects.requireNonNullElse(query.attribute(), ""));
        map.put("text", query.text());
        map.put("html", query.html());
        map.put("limit", Snapshot.MAX_CHARS);
        map.put("within", query.within().stream().map(PageReader::map).toList());
        return map;
    }

    private static QueryResult found(String record) {
        String[] units = record.split(UNIT_SEPARATOR, -1);
        List<Element> elements = new ArrayList<>();
        for (int i = 1; i + 3 < units.length; i += 4) {
            elements.add(element(units[i], units[i + 1], units[i + 2], within(units[i + 3])));
        }
        return new QueryResult(elements, units[0].equals(CUT));
    }

    /** Parses the results within one element, which use other separators. */
    private static List<QueryResult> within(String records) {
        List<QueryResult> found = new ArrayList<>();
        String[] each = records.split(INNER_RECORD_SEPARATOR, -1);
        for (int i = 1; i < each.length; i++) {
            String[] units = each[i].split(INNER_UNIT_SEPARATOR, -1);
            List<Element> elements = new ArrayList<>();
            for (int j = 1; j + 2 < units.length; j += 3) {
                elements.add(element(units[j], units[j + 1], units[j + 2], List.of()));
            }
            found.add(new QueryResult(elements, false));
        }
        return found;
    }

    private static Element element(String text, String attribute, String html, List<QueryResult> within) {
        return new Element(
                Snapshot.fold(text),
                attribute.startsWith("=") ? Snapshot.fold(attribute.substring(1)) : null,
                html,
                within);
    }
}
