package dev.rowhound.crawl.browser;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import java.util.Base64;
import java.util.Optional;

/** Takes a screenshot of the visible part of a page. */
final class PageScreenshot {
    static final int MAX_MILLIS = 3_000;

    /** A larger screenshot is taken again at half the size, at most twice. */
    private static final int MAX_BYTES = 500_000;

    private static final int MAX_ATTEMPTS = 3;

    private final CDPSession protocol;

    PageScreenshot(CDPSession protocol) {
        this.protocol = protocol;
    }

    /** Returns the screenshot as PNG, or nothing if the page has no size. Has no time limit; the caller guards it. */
    Optional<byte[]> take() {
        JsonObject viewport = protocol.send("Page.getLayoutMetrics").getAsJsonObject("cssVisualViewport");
        double scale = 1;
        byte[] picture = new byte[0];
        for (int i = 0; i < MAX_ATTEMPTS; i++) {
            picture = take(viewport, scale);
            if (picture.length <= MAX_BYTES) {
                break;
            }
            scale /= 2;
        }
        return picture.length == 0 ? Optional.empty() : Optional.of(picture);
    }

    private byte[] take(JsonObject viewport, double scale) {
        JsonObject clip = new JsonObject();
        clip.add("x", viewport.get("pageX"));
        clip.add("y", viewport.get("pageY"));
        clip.add("width", viewport.get("clientWidth"));
        clip.add("height", viewport.get("clientHeight"));
        clip.addProperty("scale", scale);
        JsonObject parameters = new JsonObject();
        parameters.addProperty("format", "png");
        parameters.add("clip", clip);
        return Base64.getDecoder()
                .decode(protocol.send("Page.captureScreenshot", parameters)
                        .get("data")
                        .getAsString());
    }
}
