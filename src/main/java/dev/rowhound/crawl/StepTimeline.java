package dev.rowhound.crawl;

import dev.rowhound.crawl.view.Snapshot;
import dev.rowhound.job.ItemContext;
import dev.rowhound.job.Visit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Records the steps of an attempt with their durations, and the page it has reached. */
final class StepTimeline {
    /** Later steps are not recorded; a list of a thousand pages helps nobody. */
    private static final int MAX_STEPS = 100;

    private final ItemContext context;
    private final List<Visit.StepTime> times = new ArrayList<>();
    private @Nullable String step;
    private long startNanos;
    private @Nullable String url;
    private int status;

    StepTimeline(ItemContext context) {
        this.context = context;
    }

    /** Reports progress in a step; a new name ends the step before. */
    void enter(String name) {
        context.progress(name);
        if (!name.equals(step)) {
            end();
            step = name;
            startNanos = System.nanoTime();
        }
    }

    /** Records the page that has arrived. */
    void arrived(Snapshot snapshot) {
        url = snapshot.url();
        status = snapshot.status();
    }

    /** Records the requested page, which counts until one has arrived. */
    void requested(String address) {
        url = address;
        status = 0;
    }

    /** Returns the current step, {@code start} before the first one. */
    String step() {
        String current = step;
        return current == null ? "start" : current;
    }

    private void end() {
        if (step != null && times.size() < MAX_STEPS) {
            times.add(new Visit.StepTime(step, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos)));
        }
        step = null;
    }

    /** Ends the current step and returns the visit. */
    Visit visit(String engine, List<String> console) {
        end();
        return new Visit(url, status, engine, console, times);
    }
}
