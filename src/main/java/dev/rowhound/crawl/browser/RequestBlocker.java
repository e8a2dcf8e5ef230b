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
 * Blocks the requests that a recipe does not need, and beacons, whose responses would outlive the page and set cookies
 * after they have been cleared. Uses CDP patterns, so that the browser reports only matching requests; Playwright's
 * routes would lead every request through this process.
 */
final class RequestBlocker {
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
    private boolean draining;

    private RequestBlocker(CDPSession protocol) {
        this.protocol = protocol;
    }

    /** Blocks beacons and the requests that {@code block} names, from this moment on. */
    static void begin(CDPSession protocol, Block block) {
        RequestBlocker blocking = new RequestBlocker(protocol);
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
        JsonObject parameters = new JsonObject();
        parameters.add("patterns", patterns);
        protocol.send("Fetch.enable", parameters);
    }

    /**
     * Fails the paused requests one after the other. More may arrive within that call; they are queued, as the calls
     * would otherwise nest.
     */
    private void refuse(JsonObject event) {
        paused.add(event.get("requestId").getAsString());
        if (draining) {
            return;
        }
        draining = true;
        try {
            while (!paused.isEmpty()) {
                JsonObject failure = new JsonObject();
                failure.addProperty("requestId", paused.remove());
                failure.addProperty("errorReason", "BlockedByClient");
                protocol.send("Fetch.failRequest", failure);
            }
        } finally {
            draining = false;
            paused.clear();
        }
    }
}
