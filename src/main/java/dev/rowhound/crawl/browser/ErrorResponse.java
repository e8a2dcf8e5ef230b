package dev.rowhound.crawl.browser;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Records the response to a navigation if its status is an error. A refusal that comes as a download is the reason of a
 * failed navigation, which Playwright reports without the status.
 */
final class ErrorResponse implements AutoCloseable {
    private final Page page;
    private final Consumer<Response> note = this::note;
    private @Nullable Response received;

    /** Begins to record; until closed, each response of the page passes through this process. */
    ErrorResponse(Page page) {
        this.page = page;
        page.onResponse(note);
    }

    private void note(Response response) {
        if (response.request().isNavigationRequest() && response.frame().equals(page.mainFrame())) {
            received = response.status() < 400 ? null : response;
        }
    }

    @Nullable
    Response received() {
        return received;
    }

    @Override
    public void close() {
        page.offResponse(note);
    }
}
