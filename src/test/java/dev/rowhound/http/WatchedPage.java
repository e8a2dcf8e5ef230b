package dev.rowhound.http;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.util.List;

/** A page whose errors and warnings are kept. */
final class WatchedPage {
    private WatchedPage() {}

    /** Opens an address in a tab of its own; what its console complains of is added to that list. */
    static Page open(BrowserContext context, String address, List<String> errors) {
        Page page = context.newPage();
        page.onConsoleMessage(message -> {
            if (List.of("error", "warning").contains(message.type())) {
                errors.add(message.text());
            }
        });
        page.onPageError(errors::add);
        page.navigate(address);
        return page;
    }
}
