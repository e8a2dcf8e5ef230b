package dev.trawl.crawl.browser;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import dev.trawl.crawl.view.Element;
import dev.trawl.crawl.view.Found;
import dev.trawl.crawl.view.Query;
import dev.trawl.crawl.view.Snapshot;
import dev.trawl.crawl.view.Sought;
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

/**
 * Reads what stands on a page at one moment, and waits for that moment, in one call: by a script in a world of its own,
 * which shares the document with the page's scripts and nothing else, so that no page bends what it works with.
 */
final class PageReader {
    private static final String SCRIPT = script();
    private static final String WORLD = "trawl";
    private static final String UNIT = "\u001f";
    private static final String RECORD = "\u001e";
    private static final String NOT_CSS = "?";
    private static final String CUT = "cut";
    private static final int NO_WORLD = -1;

    /** The browser drops what it does not understand in these without complaint, so Playwright's additions would be. */
    private static final Pattern FORGIVING = Pattern.compile(":(?:is|where)\\(");

    private final Page page;
    private final CDPSession protocol;
    private final String frame;
    private final Set<String> playwrightOnly = new HashSet<>();
    private int world = NO_WORLD;

    /** Reads that page's main frame over that session of its. */
    PageReader(Page page, CDPSession protocol) {
        this.page = page;
        this.protocol = protocol;
        this.frame = protocol.send("Page.getFrameTree")
                .getAsJsonObject("frameTree")
                .getAsJsonObject("frame")
                .get("id")
                .getAsString();
    }

    /** Another document may stand on the page from here on. */
    void moved() {
        world = NO_WORLD;
    }

    /**
     * Reads the page once it has been parsed and may have changed since it was read last, or when the patience is over.
     * It waits while the page is busy, without a limit of its own.
     */
    Snapshot read(Sought sought, long patienceMillis) {
        List<Query> queries = sought.queries();
        JsonArray asked = new JsonArray();
        for (Query query : queries) {
            boolean css = !playwrightOnly.contains(query.selector())
                    && !FORGIVING.matcher(query.selector()).find();
            asked.add(json(query, css));
        }
        JsonObject argument = new JsonObject();
        argument.add("queries", asked);
        argument.addProperty("withText", sought.withText());
        argument.addProperty("limit", Snapshot.MAX_CHARS);
        argument.addProperty("patience", patienceMillis);
        String[] records = run(argument).split(RECORD, -1);
        String[] head = records[0].split(UNIT, -1);
        List<Found> found = new ArrayList<>();
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
                Integer.parseInt(head[1]),
                !state.equals("loading"),
                state.equals("complete"),
                Snapshot.fold(head[3]),
                List.copyOf(found));
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
        JsonObject answer;
        try {
            answer = protocol.send("Runtime.callFunctionOn", call);
        } catch (PlaywrightException e) {
            moved();
            throw e;
        }
        JsonObject fault = answer.getAsJsonObject("exceptionDetails");
        if (fault != null) {
            throw new PlaywrightException("the script that reads it failed: " + fault.get("text"));
        }
        return answer.getAsJsonObject("result").get("value").getAsString();
    }

    private int world() {
        if (world == NO_WORLD) {
            JsonObject wanted = new JsonObject();
            wanted.addProperty("frameId", frame);
            wanted.addProperty("worldName", WORLD);
            world = protocol.send("Page.createIsolatedWorld", wanted)
                    .get("executionContextId")
                    .getAsInt();
        }
        return world;
    }

    private static JsonObject json(Query query, boolean css) {
        JsonObject json = new JsonObject();
        json.addProperty("selector", query.selector());
        json.addProperty("attribute", Objects.requireNonNullElse(query.attribute(), ""));
        json.addProperty("text", query.text());
        json.addProperty("css", css);
        json.addProperty("limit", Snapshot.MAX_CHARS);
        return json;
    }

    private static Map<String, Object> map(Query query) {
        Map<String, Object> map = new HashMap<>();
        map.put("attribute", Objects.requireNonNullElse(query.attribute(), ""));
        map.put("text", query.text());
        map.put("limit", Snapshot.MAX_CHARS);
        return map;
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
