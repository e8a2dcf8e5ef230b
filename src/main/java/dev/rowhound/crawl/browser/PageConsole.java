package dev.rowhound.crawl.browser;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Collects the console errors of a page: the first few of each item, shortened. */
final class PageConsole {
    static final int MAX_ERRORS = 20;

    static final int MAX_CHARS = 500;

    /** The listener is removed after this many messages, since each one costs time in this process. */
    private static final int MAX_MESSAGES = 200;

    private final BrowserContext context;
    private final List<String> errors = new ArrayList<>();
    private final Consumer<ConsoleMessage> listener = this::onMessage;
    private int messageCount;
    private boolean listening;

    PageConsole(BrowserContext context) {
        this.context = context;
        context.onWebError(error -> note("Uncaught " + NavigationFault.firstLine(error.error())));
        begin();
    }

    /** Forgets the messages of earlier items and listens again. */
    void begin() {
        errors.clear();
        messageCount = 0;
        if (!listening) {
            context.onConsoleMessage(listener);
            listening = true;
        }
    }

    private void onMessage(ConsoleMessage message) {
        if ("error".equals(message.type())) {
            note(message.text());
        }
        messageCount++;
        if (listening && (messageCount > MAX_MESSAGES || errors.size() >= MAX_ERRORS)) {
            context.offConsoleMessage(listener);
            listening = false;
        }
    }

    private void note(String error) {
        if (errors.size() < MAX_ERRORS) {
            errors.add(error.length() > MAX_CHARS ? error.substring(0, MAX_CHARS) : error);
        }
    }

    /** Returns the errors since the item began. */
    List<String> errors() {
        return List.copyOf(errors);
    }
}
