package dev.rowhound.crawl.browser;

import com.google.gson.JsonObject;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.options.WaitUntilState;
import dev.rowhound.recipe.Browsing.Block;
import java.util.ArrayList;
import java.util.List;

/**
 * A page in its own browser context that serves one item after another. Between two items it is navigated away and all
 * site data is cleared, which costs a fifth of a new context. What cannot be cleared makes the page {@linkplain #dirty
 * dirty}, and it is replaced.
 */
final class ReusablePage {
    private static final String BLANK = "about:blank";

    /** A page that cannot be left within this time is given up. */
    private static final double LEAVE_MILLIS = 2_000;

    private final BrowserContext context;
    private final Page page;
    private final CDPSession protocol;
    private final PageReader reader;
    private final PageConsole console;
    private final PageCrashGuard crashGuard;
    private final boolean keepsCache;
    private final List<Page> popups = new ArrayList<>();
    private boolean dirty;
    private boolean closed;

    /**
     * @param context a new context, closed with this page
     * @param block the requests to block
     * @param keepsCache whether the HTTP cache is kept from item to item
     */
    ReusablePage(BrowserContext context, Block block, boolean keepsCache) {
        this.context = context;
        this.keepsCache = keepsCache;
        this.page = context.newPage();
        this.protocol = context.newCDPSession(page);
        this.reader = new PageReader(page, protocol);
        this.console = new PageConsole(context);
        this.crashGuard = new PageCrashGuard(page);
        // Collected and closed later: closing in the handler would nest the calls of a page that opens many.
        context.onPage(popup -> {
            popups.add(popup);
            dirty = true;
        });
        // A service worker outlives its page and, for a while, its unregistration.
        protocol.on(
                "ServiceWorker.workerRegistrationUpdated",
                event -> dirty |= !event.getAsJsonArray("registrations").isEmpty());
        protocol.send("ServiceWorker.enable");
        RequestBlocker.begin(protocol, block);
    }

    Page page() {
        return page;
    }

    BrowserContext context() {
        return context;
    }

    PageReader reader() {
        return reader;
    }

    PageConsole console() {
        return console;
    }

    CDPSession protocol() {
        return protocol;
    }

    /** Marks the page as changed in a way that clearing does not undo. */
    void markDirty() {
        dirty = true;
    }

    /** Returns whether the page must not serve another item. */
    boolean dirty() {
        return dirty || closed || page.isClosed();
    }

    void closePopups() {
        if (popups.isEmpty()) {
            return;
        }
        List<Page> open = List.copyOf(popups);
        popups.clear();
        open.forEach(Page::close);
    }

    /**
     * Prepares the page for an item. Cookies are cleared last, since requests that outlived the previous page may set
     * some. The call to the browser is made in any case: Playwright reports a page's death only during one.
     *
     * @param clean whether the item has no session, so that cookies are cleared
     * @throws PlaywrightException if the page has died meanwhile
     */
    void begin(boolean clean) {
        crashGuard.begin();
        protocol.send(clean ? "Network.clearBrowserCookies" : "Page.getNavigationHistory");
        console.begin();
    }

    /**
     * Navigates away, which ends the page's scripts, sockets and workers and lets its unload handlers run before
     * anything is cleared.
     *
     * @throws PlaywrightException if the page does not respond
     */
    void leave() {
        closePopups();
        page.navigate(
                BLANK,
                new Page.NavigateOptions().setWaitUntil(WaitUntilState.COMMIT).setTimeout(LEAVE_MILLIS));
        closePopups();
        reader.onNavigation();
    }

    /**
     * Clears the site data of the last item, after {@link #leave}; cookies follow in {@link #begin}.
     *
     * @throws PlaywrightException if clearing fails
     */
    void clear() {
        JsonObject name = new JsonObject();
        name.addProperty("expression", "window.name=''");
        protocol.send("Runtime.evaluate", name);
        JsonObject everything = new JsonObject();
        everything.addProperty("origin", "*");
        everything.addProperty("storageTypes", "all");
        protocol.send("Storage.clearDataForOrigin", everything);
        if (!keepsCache) {
            protocol.send("Network.clearBrowserCache");
        }
        protocol.send("Page.resetNavigationHistory");
        // The command silently keeps the entries while a navigation is under way.
        dirty |= protocol.send("Page.getNavigationHistory")
                        .getAsJsonArray("entries")
                        .size()
                > 1;
    }

    /** Marks the page as idle until {@link #begin}. */
    void markIdle() {
        crashGuard.markIdle();
    }

    /**
     * Closes the page and its context.
     *
     * @throws PlaywrightException if the browser is gone
     */
    void close() {
        if (!closed) {
            closed = true;
            crashGuard.close();
            context.close();
        }
    }
}
