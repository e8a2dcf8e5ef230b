package dev.rowhound.crawl.browser;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.TimeoutError;
import dev.rowhound.crawl.view.Deadline;
import dev.rowhound.recipe.pattern.BoundedPattern;
import dev.rowhound.recipe.pattern.Budget;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Records the addresses of a page's responses, for steps that wait for one that may have arrived already. */
final class Responses implements AutoCloseable {
    private static final int POLL_MILLIS = 20;
    private static final int MAX_RESPONSES = 10_000;

    private final Page page;
    private final List<String> addresses = new ArrayList<>();
    private final Consumer<Response> note = this::note;
    private boolean watching;

    /** Creates an idle recorder: with a listener, each response passes through this process. */
    Responses(Page page) {
        this.page = page;
    }

    void watch() {
        if (!watching) {
            page.onResponse(note);
            watching = true;
        }
    }

    private void note(Response response) {
        if (addresses.size() < MAX_RESPONSES) {
            addresses.add(response.url());
        }
    }

    /** Forgets earlier responses, before the next step. */
    void mark() {
        addresses.clear();
    }

    /**
     * Waits for a response from an address that matches.
     *
     * @throws TimeoutError if none has arrived in time
     */
    void await(BoundedPattern address, double millis) {
        Deadline end = Deadline.in((long) millis);
        Budget budget = Budget.until(end::over);
        while (true) {
            if (addresses.stream().anyMatch(known -> address.find(known, budget))) {
                return;
            }
            if (end.over()) {
                throw new TimeoutError("no matching response arrived");
            }
            page.waitForTimeout(POLL_MILLIS);
        }
    }

    @Override
    public void close() {
        if (watching) {
            page.offResponse(note);
        }
    }
}
