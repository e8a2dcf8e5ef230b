package dev.rowhound.crawl.browser;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Ends the call that is under way when its page dies, by a {@link PlaywrightException} that tells so. Playwright ends
 * most calls itself, but leaves one waiting for good that is made between a document's arrival and the moment when the
 * driver hears that scripts can run in it. It tells of the death even so, within that call and on its thread: of the
 * death of every page, so that a page which waits for an item must not end the call that is made for another one.
 */
final class PageDeath implements AutoCloseable {
    private final Page page;
    private final Consumer<Page> crash = page -> end("The page crashed");
    private final Consumer<Page> close = page -> end("The page has been closed");
    private boolean resting;
    private @Nullable String cause;

    /** Watches the page, which is in use, until {@link #close}. */
    PageDeath(Page page) {
        this.page = page;
        page.onCrash(crash);
        page.onClose(close);
    }

    /** The page waits for its next item: its death ends no call. */
    void rest() {
        resting = true;
    }

    /**
     * The page is in use again.
     *
     * @throws PlaywrightException if it is known to have died meanwhile
     */
    void begin() {
        resting = false;
        if (cause != null) {
            throw new PlaywrightException(cause);
        }
    }

    private void end(String message) {
        cause = message;
        if (!resting) {
            throw new PlaywrightException(message);
        }
    }

    @Override
    public void close() {
        page.offCrash(crash);
        page.offClose(close);
    }
}
