package dev.rowhound.crawl.browser;

import com.microsoft.playwright.Browser;
import dev.rowhound.crawl.view.SessionState;
import dev.rowhound.recipe.Browsing;
import dev.rowhound.recipe.Browsing.Block;
import dev.rowhound.recipe.Browsing.Viewport;
import org.jspecify.annotations.Nullable;

/**
 * The options of a page and its session. Items with equal options may use one page after another.
 *
 * @param locale the language and region, such as {@code vi-VN}, or null for the machine's
 * @param viewport the size, or null for 1280 by 720
 * @param userAgent the user agent, or null for the browser's own
 * @param block the requests to block
 * @param session the session to continue, or null
 */
public record PageOptions(
        @Nullable String locale,
        @Nullable Viewport viewport,
        @Nullable String userAgent,
        Block block,
        @Nullable SessionState session) {

    /** The options of a page without a recipe or session. */
    public static final PageOptions DEFAULT = new PageOptions(null, null, null, Browsing.DEFAULT.block(), null);

    static PageOptions of(Browsing browsing, @Nullable SessionState session) {
        return new PageOptions(browsing.locale(), browsing.viewport(), browsing.userAgent(), browsing.block(), session);
    }

    /** Returns the options for Playwright's browser context. */
    Browser.NewContextOptions contextOptions() {
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
        if (session != null && session.storageState() != null) {
            options.setStorageState(session.storageState());
        }
        return options;
    }
}
