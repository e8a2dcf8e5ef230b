package dev.rowhound.crawl.browser;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import dev.rowhound.recipe.Browsing.Block;
import dev.rowhound.recipe.Browsing.ResourceType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/**
 * Keeps a page from loading what its recipe does not need, and from sending beacons, whose answers would outlive the
 * page and bring cookies after they have been cleared. The browser asks only of what matches; Playwright's own
 * routes would lead every request through this program.
 */
final class Blocking {
    private static final Map<ResourceType, String> NAMES = Map.ofEntries(
            Map.entry(ResourceType.STYLESHEET, "Stylesheet"),
            Map.entry(ResourceType.IMAGE, "Image"),
            Map.entry(ResourceType.MEDIA, "Media"),
            Map.entry(ResourceType.FONT, "Font"),
            Map.entry(ResourceType.SCRIPT, "Script"),
            Map.entry(ResourceType.TEXTTRACK, "TextTrack"),
            Map.entry(ResourceType.XHR, "XHR"),
            Map.entry(ResourceType.FETCH, "Fetch"),
            Map.entry(ResourceType.EVENTSOURCE, "EventSource"),
            Map.entry(ResourceType.WEBSOCKET, "WebSocket"),
            Map.entry(ResourceType.MANIFEST, "Manifest"),
            Map.entry(ResourceType.OTHER, "Other"));

    private final CDPSession protocol;
    private final Deque<String> paused = new ArrayDeque<>();
    private boolean answering;

    private Blocking(CDPSession protocol) {
        this.protocol = protocol;
    }

    /** From here on the page of that session sends no beacons and does not load what {@code block} says. */
    static void begin(CDPSession protocol, Block block) {
        Blocking blocking = new Blocking(protocol);
        protocol.on("Fetch.requestPaused", blocking::refuse);
        JsonArray patterns = new JsonArray();
        JsonObject ping = new JsonObject();
        ping.addProperty("resourceType", "Ping");
        patterns.add(ping);
        for (ResourceType type : block.types()) {
            JsonObject pattern = new JsonObject();
            pattern.addProperty("resourceType", NAMES.get(type));
            patterns.add(pattern);
        }
        for (String url : block.urls()) {
            JsonObject pattern = new JsonObject();
            pattern.addProperty("urlPattern", url.replace("\\", "\\\\").replace("?", "\\?"));
            patterns.add(pattern);
        }
        JsonObject wanted = new JsonObject();
        wanted.add("patterns", patterns);
        protocol.send("Fetch.enable", wanted);
    }

    /** While one is answered the next ones arrive, within that call: they wait, or each would nest in the other. */
    private void refuse(JsonObject event) {
        paused.add(event.get("requestId").getAsString());
        if (answering) {
            return;
        }
        answering = true;
        try {
            while (!paused.isEmpty()) {
                JsonObject answer = new JsonObject();
                answer.addProperty("requestId", paused.remove());
                answer.addProperty("errorReason", "BlockedByClient");
                protocol.send("Fetch.failRequest", answer);
            }
        } finally {
            answering = false;
            paused.clear();
        }
    }
}
