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

/** Which answers a page has got, for those who wait for one that may have come already. */
final class Responses implements AutoCloseable {
    private static final int POLL_MILLIS = 20;
    private static final int MOST = 10_000;

    private final Page page;
    private final List<String> addresses = new ArrayList<>();
    private final Consumer<Response> note = this::note;
    private boolean watching;

    /** Watches nothing yet, for each answer passes through this program where one listens. */
    Responses(Page page) {
        this.page = page;
    }

    /** Watches from here on. */
    void watch() {
        if (!watching) {
            page.onResponse(note);
            watching = true;
        }
    }

    private void note(Response response) {
        if (addresses.size() < MOST) {
            addresses.add(response.url());
        }
    }

    /** Forgets the answers so far: what comes next belongs to what is done next. */
    void mark() {
        addresses.clear();
    }

    /**
     * Waits for an answer from such an address.
     *
     * @throws TimeoutError if none has come in time
     */
    void await(BoundedPattern address, double millis) {
        Deadline end = Deadline.in((long) millis);
        Budget budget = Budget.until(end::over);
        while (true) {
            if (addresses.stream().anyMatch(known -> address.find(known, budget))) {
                return;
            }
            if (end.over()) {
                throw new TimeoutError("no such answer has come");
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
