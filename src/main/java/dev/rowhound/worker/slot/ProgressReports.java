package dev.rowhound.worker.slot;

import dev.rowhound.redis.RetryPolicy.Timing;
import io.vertx.core.Context;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Throttles progress reports: forwards the latest one, at most twice a second. Accepts reports on the slot's thread and
 * forwards them on its event loop.
 */
final class ProgressReports {
    private static final long INTERVAL_MILLIS = 500;
    private static final int MAX_WORD_CHARS = 100;

    private final Context context;
    private final Timing timing;
    private final Consumer<Report> sink;
    private final AtomicReference<@Nullable Report> latest = new AtomicReference<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    /** The progress of an attempt in percent, and a description of its current activity. */
    record Report(int percent, String word) {
        Report {
            percent = Math.max(0, Math.min(100, percent));
            word = word.length() > MAX_WORD_CHARS ? word.substring(0, MAX_WORD_CHARS) : word;
        }
    }

    ProgressReports(Context context, Timing timing, Consumer<Report> sink) {
        this.context = context;
        this.timing = timing;
        this.sink = sink;
    }

    void report(int percent, String word) {
        latest.set(new Report(percent, word));
        schedule();
    }

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            context.runOnContext(none -> send());
        }
    }

    private void send() {
        Report report = latest.getAndSet(null);
        if (report != null) {
            sink.accept(report);
        }
        timing.after(INTERVAL_MILLIS, () -> {
            scheduled.set(false);
            if (latest.get() != null) {
                schedule();
            }
        });
    }
}
