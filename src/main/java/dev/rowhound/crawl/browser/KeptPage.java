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
 * A page in a context of its own that serves one item after the other. Between two of them it is left and everything
 * that a site can leave behind is cleared, which costs a fifth of a fresh context; what cannot be cleared makes it
 * {@linkplain #worn worn}, and a fresh one takes its place.
 */
final class KeptPage {
    private static final String BLANK = "about:blank";

    /** How long a page may take to be left; one that is busy for longer is given up. */
    private static final double LEAVE_MILLIS = 2_000;

    private final BrowserContext context;
    private final Page page;
    private final CDPSession protocol;
    private final PageReader reader;
    private final PageConsole console;
    private final PageDeath death;
    private final boolean keepsCache;
    private final List<Page> popups = new ArrayList<>();
    private boolean worn;
    private boolean closed;

    /**
     * Opens the page.
     *
     * @param context a fresh context, which goes with it
     * @param block what it does not load
     * @param keepsCache whether what sites let be kept is kept from item to item
     */
    KeptPage(BrowserContext context, Block block, boolean keepsCache) {
        this.context = context;
        this.keepsCache = keepsCache;
        this.page = context.newPage();
        this.protocol = context.newCDPSession(page);
        this.reader = new PageReader(page, protocol);
        this.console = new PageConsole(context);
        this.death = new PageDeath(page);
        // Collected, not closed at once: a page that opens many would nest a call in each other's handler.
        context.onPage(popup -> {
            popups.add(popup);
            worn = true;
        });
        // A service worker outlives its page and, for a while, its own unregistering.
        protocol.on(
                "ServiceWorker.workerRegistrationUpdated",
                event -> worn |= !event.getAsJsonArray("registrations").isEmpty());
        protocol.send("ServiceWorker.enable");
        Blocking.begin(protocol, block);
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

    /** Something was done that clearing does not undo. */
    void wear() {
        worn = true;
    }

    /** Whether it must not serve another item. */
    boolean worn() {
        return worn || closed || page.isClosed();
    }

    /** Closes what the page has opened. */
    void closePopups() {
        if (popups.isEmpty()) {
            return;
        }
        List<Page> open = List.copyOf(popups);
        popups.clear();
        open.forEach(Page::close);
    }

    /**
     * An item begins. Cookies are cleared last, for they may arrive by requests that outlived their page. Playwright
     * tells of a page's death only where something is asked of the browser.
     *
     * @param clean whether it goes on without a session
     * @throws PlaywrightException if the page has died meanwhile
     */
    void begin(boolean clean) {
        death.begin();
        protocol.send(clean ? "Network.clearBrowserCookies" : "Page.getNavigationHistory");
        console.begin();
    }

    /**
     * Leaves the page, which ends its scripts, sockets and workers; its last words are heard before anything is
     * cleared.
     *
     * @throws PlaywrightException if it cannot be left
     */
    void leave() {
        closePopups();
        page.navigate(
                BLANK,
                new Page.NavigateOptions().setWaitUntil(WaitUntilState.COMMIT).setTimeout(LEAVE_MILLIS));
        closePopups();
        reader.moved();
    }

    /**
     * Clears what the sites of an item have left behind, after {@link #leave}; cookies when the next one {@link #begin
     * begins}.
     *
     * @throws PlaywrightException if it cannot be cleared
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
        // Without a word it leaves the entries where something is just being loaded.
        worn |= protocol.send("Page.getNavigationHistory")
                        .getAsJsonArray("entries")
                        .size()
                > 1;
    }

    /** Nothing is asked of it from here on, until the next item {@link #begin begins}. */
    void rest() {
        death.rest();
    }

    /**
     * Closes it with all that it holds.
     *
     * @throws PlaywrightException if the browser is gone
     */
    void close() {
        if (!closed) {
            closed = true;
            death.close();
            context.close();
        }
    }
}
