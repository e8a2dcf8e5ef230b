package dev.rowhound.recipe;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The engine and the options with which a site is visited.
 *
 * @param engine how pages are loaded
 * @param browser which browser is used, if any
 * @param locale the requested language as a BCP 47 tag, or null for the browser's own
 * @param viewport the window size, or null for the browser's own
 * @param userAgent the {@code User-Agent}, or null for the engine's own
 * @param block the requests to block
 * @param proxies names of configured proxies, used in turn; empty for none
 * @param robots whether robots.txt is obeyed
 */
public record Browsing(
        Engine engine,
        Browser browser,
        @Nullable String locale,
        @Nullable Viewport viewport,
        @Nullable String userAgent,
        Block block,
        List<String> proxies,
        Robots robots) {

    /** The defaults: a browser that blocks nothing and obeys robots.txt. */
    public static final Browsing DEFAULT = new Browsing(
            Engine.BROWSER, Browser.SHELL, null, null, null, new Block(Set.of(), List.of()), List.of(), Robots.OBEY);

    public Browsing {
        proxies = List.copyOf(proxies);
    }

    public Browsing with(Engine other) {
        return new Browsing(other, browser, locale, viewport, userAgent, block, proxies, robots);
    }

    /** How pages are loaded. */
    public enum Engine {
        /** In a browser, with scripts. */
        BROWSER,
        /** Over HTTP only, as the host sends it. */
        HTTP,
        /** Over HTTP where that is enough, else in a browser. */
        AUTO
    }

    public enum Browser {
        /** The lean {@code chromium-headless-shell}, if installed. */
        SHELL,
        /** The full Chromium, for sites that need what the headless shell lacks. */
        FULL
    }

    /** The window size in CSS pixels. */
    public record Viewport(int width, int height) {}

    /**
     * The requests to block.
     *
     * @param types resource types
     * @param urls patterns of whole URLs, where {@code *} stands for any characters
     */
    public record Block(Set<ResourceType> types, List<String> urls) {
        public Block {
            types = Set.copyOf(types);
            urls = List.copyOf(urls);
        }

        public boolean isEmpty() {
            return types.isEmpty() && urls.isEmpty();
        }
    }

    /** Resource types as browsers name them. */
    public enum ResourceType {
        STYLESHEET,
        IMAGE,
        MEDIA,
        FONT,
        SCRIPT,
        TEXTTRACK,
        XHR,
        FETCH,
        EVENTSOURCE,
        WEBSOCKET,
        MANIFEST,
        OTHER
    }

    public enum Robots {
        /** Disallowed pages are not fetched. */
        OBEY,
        /** robots.txt is not read. */
        IGNORE
    }
}
