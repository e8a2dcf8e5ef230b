package dev.rowhound.crawl;

import dev.rowhound.crawl.view.Deadline;
import dev.rowhound.job.Evidence;
import dev.rowhound.job.ItemContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Notes each step that is told, and tells a listener. */
final class RecordingContext implements ItemContext {
    private final List<String> steps = new ArrayList<>();
    private final List<Long> slowDowns = new ArrayList<>();
    private final Map<String, Evidence> evidence = new HashMap<>();
    private final Deadline deadline;
    private final Consumer<String> listener;

    RecordingContext(long millis, Consumer<String> listener) {
        this.deadline = Deadline.in(millis);
        this.listener = listener;
    }

    @Override
    public void progress(String step) {
        steps.add(step);
        listener.accept(step);
    }

    @Override
    public long remainingMillis() {
        return deadline.leftMillis();
    }

    List<String> steps() {
        return steps;
    }

    @Override
    public void evidence(Evidence kept) {
        evidence.put(kept.name(), kept);
    }

    /** What was kept, by name. */
    Map<String, Evidence> evidence() {
        return evidence;
    }

    @Override
    public void slowDown(long retryAfterMillis) {
        slowDowns.add(retryAfterMillis);
    }

    /** Each time that the host asked to be left alone for, -1 for one it did not say. */
    List<Long> slowDowns() {
        return slowDowns;
    }
}
