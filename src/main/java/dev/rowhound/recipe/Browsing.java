package dev.rowhound.recipe;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the site is visited.
 *
 * @param engine what looks at the pages
 * @param browser which browser is used, where one is
 * @param locale the language that the site is asked for, as a tag of BCP 47, or null for the browser's own
 * @param viewport the window's size, or null for the browser's own
 * @param userAgent what is sent as {@code User-Agent}, or null for the engine's own
 * @param block what a page refers to and is not loaded
 * @param proxies names of proxies from the configuration, taken in turn; empty for none
 * @param robots whether the site's robots.txt counts
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

    /** A browser of its own ways, which loads everything and obeys robots.txt. */
    public static final Browsing DEFAULT = new Browsing(
            Engine.BROWSER, Browser.SHELL, null, null, null, new Block(Set.of(), List.of()), List.of(), Robots.OBEY);

    public Browsing {
        proxies = List.copyOf(proxies);
    }

    /** The same with another engine. */
    public Browsing with(Engine other) {
        return new Browsing(other, browser, locale, viewport, userAgent, block, proxies, robots);
    }

    /** What looks at pages. */
    public enum Engine {
        /** A browser, which runs the page's scripts. */
        BROWSER,
        /** No browser: the page as the host sends it. */
        HTTP,
        /** No browser where that is enough, else one. */
        AUTO
    }

    /** Which browser is used. */
    public enum Browser {
        /** The lean one, {@code chromium-headless-shell}, where there is one. */
        SHELL,
        /** The whole Chromium, for sites that want what the lean one lacks. */
        FULL
    }

    /** The size of the window, in CSS pixels. */
    public record Viewport(int width, int height) {}

    /**
     * What is not loaded.
     *
     * @param types kinds of things that a page refers to
     * @param urls patterns of addresses, where {@code *} stands for any characters; each is held against the whole
     *     address
     */
    public record Block(Set<ResourceType> types, List<String> urls) {
        public Block {
            types = Set.copyOf(types);
            urls = List.copyOf(urls);
        }

        /** Whether everything is loaded. */
        public boolean isEmpty() {
            return types.isEmpty() && urls.isEmpty();
        }
    }

    /** Kinds of things that a page refers to, as browsers name them. */
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

    /** Whether a site's robots.txt counts. */
    public enum Robots {
        /** A page that it asks programs not to fetch is not fetched. */
        OBEY,
        /** It is not read. */
        IGNORE
    }
}
