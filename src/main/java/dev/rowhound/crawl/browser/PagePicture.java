package dev.rowhound.crawl.browser;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import java.util.Base64;
import java.util.Optional;

/** Takes a picture of what a person would see of a page without scrolling. */
final class PagePicture {
    /** How long it may take. */
    static final int MAX_MILLIS = 3_000;

    /** A larger picture is taken again at half its size, twice at most. */
    private static final int MAX_BYTES = 500_000;

    private static final int TRIES = 3;

    private final CDPSession protocol;

    PagePicture(CDPSession protocol) {
        this.protocol = protocol;
    }

    /** The picture as PNG, or nothing where the page has no size. It has no time limit of its own. */
    Optional<byte[]> take() {
        JsonObject viewport = protocol.send("Page.getLayoutMetrics").getAsJsonObject("cssVisualViewport");
        double scale = 1;
        byte[] picture = new byte[0];
        for (int i = 0; i < TRIES; i++) {
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
        JsonObject wanted = new JsonObject();
        wanted.addProperty("format", "png");
        wanted.add("clip", clip);
        return Base64.getDecoder()
                .decode(protocol.send("Page.captureScreenshot", wanted)
                        .get("data")
                        .getAsString());
    }
}
