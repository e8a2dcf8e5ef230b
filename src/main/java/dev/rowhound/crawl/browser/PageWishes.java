package dev.rowhound.crawl.browser;

import com.microsoft.playwright.Browser;
import dev.rowhound.crawl.view.SessionState;
import dev.rowhound.recipe.Browsing;
import dev.rowhound.recipe.Browsing.Block;
import dev.rowhound.recipe.Browsing.Viewport;
import org.jspecify.annotations.Nullable;

/**
 * How a page is to present itself, and what it goes on with. Items of equal wishes may use one page after another.
 *
 * @param locale its language and region, such as {@code vi-VN}, or null for the machine's
 * @param viewport its size, or null for 1280 by 720
 * @param userAgent what it says it is, or null for the browser's own
 * @param block what it does not load
 * @param session the session that it goes on with, or null for a page that knows nothing of others
 */
public record PageWishes(
        @Nullable String locale,
        @Nullable Viewport viewport,
        @Nullable String userAgent,
        Block block,
        @Nullable SessionState session) {

    /** A page as the browser makes it, which knows nothing of others. */
    public static final PageWishes NONE = new PageWishes(null, null, null, Browsing.DEFAULT.block(), null);

    /** What a recipe asks for, and the session of its items. */
    static PageWishes of(Browsing browsing, @Nullable SessionState session) {
        return new PageWishes(browsing.locale(), browsing.viewport(), browsing.userAgent(), browsing.block(), session);
    }

    /** The context that these wishes ask for. */
    Browser.NewContextOptions options() {
        Browser.NewContextOptions options = new Browser.NewContextOptions().setAcceptDownloads(false);
        if (locale != null) {
            options.setLocale(locale);
        }
        if (viewport != null) {
            options.setViewportSize(viewport.width(), viewport.height());
        }
        if (userAgent != null) {
            options.setUserAgent(userAgent);
        }
        if (session != null && session.stored() != null) {
            options.setStorageState(session.stored());
        }
        return options;
    }
}
