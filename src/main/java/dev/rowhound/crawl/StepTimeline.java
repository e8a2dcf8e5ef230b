package dev.rowhound.crawl;

import dev.rowhound.crawl.view.Snapshot;
import dev.rowhound.job.ItemContext;
import dev.rowhound.job.Visit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Notes where an attempt gets to, what it does on the way and how long that takes. */
final class StepTimeline {
    /** Steps beyond these are not noted; a list of a thousand pages is no help. */
    private static final int MAX_STEPS = 100;

    private final ItemContext context;
    private final List<Visit.StepTime> times = new ArrayList<>();
    private @Nullable String step;
    private long begun;
    private @Nullable String url;
    private int status;

    StepTimeline(ItemContext context) {
        this.context = context;
    }

    /** A step begins, or goes on, and the one before has ended. */
    void at(String name) {
        context.progress(name);
        if (!name.equals(step)) {
            end();
            step = name;
            begun = System.nanoTime();
        }
    }

    /** The page that is there. */
    void see(Snapshot snapshot) {
        url = snapshot.url();
        status = snapshot.status();
    }

    /** The page that was asked for, until one is there. */
    void ask(String address) {
        url = address;
        status = 0;
    }

    /** What is being done, {@code start} before anything is. */
    String step() {
        String present = step;
        return present == null ? "start" : present;
    }

    private void end() {
        if (step != null && times.size() < MAX_STEPS) {
            times.add(new Visit.StepTime(step, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun)));
        }
        step = null;
    }

    /** Where the attempt has got to. */
    Visit visit(String engine, List<String> console) {
        end();
        return new Visit(url, status, engine, console, times);
    }
}
