package dev.rowhound.crawl.browser;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Collects the errors that a page tells its console: the first few of each item, cut. */
final class PageConsole {
    /** How many are kept. */
    static final int MOST = 20;

    /** How many characters of each are kept. */
    static final int MAX_CHARS = 500;

    /** A page that says more than this is no longer listened to, for each message costs some of our own time. */
    private static final int MAX_HEARD = 200;

    private final BrowserContext context;
    private final List<String> errors = new ArrayList<>();
    private final Consumer<ConsoleMessage> listener = this::hear;
    private int heard;
    private boolean listening;

    /** Listens to all pages of the context. */
    PageConsole(BrowserContext context) {
        this.context = context;
        context.onWebError(error -> note("Uncaught " + NavigationFault.firstLine(error.error())));
        begin();
    }

    /** An item begins: what others have said is forgotten. */
    void begin() {
        errors.clear();
        heard = 0;
        if (!listening) {
            context.onConsoleMessage(listener);
            listening = true;
        }
    }

    private void hear(ConsoleMessage message) {
        if ("error".equals(message.type())) {
            note(message.text());
        }
        heard++;
        if (listening && (heard > MAX_HEARD || errors.size() >= MOST)) {
            context.offConsoleMessage(listener);
            listening = false;
        }
    }

    private void note(String error) {
        if (errors.size() < MOST) {
            errors.add(error.length() > MAX_CHARS ? error.substring(0, MAX_CHARS) : error);
        }
    }

    /** What was said since the item began. */
    List<String> errors() {
        return List.copyOf(errors);
    }
}
