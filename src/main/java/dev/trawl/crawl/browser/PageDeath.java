package dev.trawl.crawl.browser;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import java.util.function.Consumer;

/**
 * Ends the call that is under way when its page dies, by a {@link PlaywrightException} that tells so. Playwright ends
 * most calls itself, but leaves one waiting for good that is made between a document's arrival and the moment when the
 * driver hears that scripts can run in it. It tells of the death even so, within that call and on its thread.
 */
final class PageDeath implements AutoCloseable {
    private final Page page;
    private final Consumer<Page> crash = page -> end("The page crashed");
    private final Consumer<Page> close = page -> end("The page has been closed");

    /** Watches the page until {@link #close}. */
    PageDeath(Page page) {
        this.page = page;
        page.onCrash(crash);
        page.onClose(close);
    }

    private static void end(String message) {
        throw new PlaywrightException(message);
    }

    @Override
    public void close() {
        page.offCrash(crash);
        page.offClose(close);
    }
}
