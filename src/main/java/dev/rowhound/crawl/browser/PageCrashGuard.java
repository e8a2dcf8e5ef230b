package dev.rowhound.crawl.browser;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Ends the current call with a {@link PlaywrightException} when its page dies. Playwright ends most calls itself, but
 * hangs in a call made between a document's arrival and the driver's notice that scripts can run in it. It still
 * reports crashes during that call and on its thread, for every page: an idle page must therefore not end a call made
 * for another one.
 */
final class PageCrashGuard implements AutoCloseable {
    private final Page page;
    private final Consumer<Page> crash = page -> fail("The page crashed");
    private final Consumer<Page> close = page -> fail("The page has been closed");
    private boolean idle;
    private @Nullable String cause;

    /** Watches a page in use, until {@link #close}. */
    PageCrashGuard(Page page) {
        this.page = page;
        page.onCrash(crash);
        page.onClose(close);
    }

    /** Marks the page as idle: its death then ends no call. */
    void markIdle() {
        idle = true;
    }

    /**
     * Marks the page as in use.
     *
     * @throws PlaywrightException if it is known to have died meanwhile
     */
    void begin() {
        idle = false;
        if (cause != null) {
            throw new PlaywrightException(cause);
        }
    }

    private void fail(String message) {
        cause = message;
        if (!idle) {
            throw new PlaywrightException(message);
        }
    }

    @Override
    public void close() {
        page.offCrash(crash);
        page.offClose(close);
    }
}
