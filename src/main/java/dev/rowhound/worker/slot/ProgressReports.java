package dev.rowhound.worker.slot;

import dev.rowhound.redis.RetryPolicy.Timing;
import io.vertx.core.Context;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands on how far an attempt is, the newest report at most twice a second. Reports come from the slot's thread, and go
 * on its event loop.
 */
final class ProgressReports {
    private static final long PAUSE_MILLIS = 500;
    private static final int MAX_WORD_CHARS = 100;

    private final Context context;
    private final Timing timing;
    private final Consumer<Report> sink;
    private final AtomicReference<@Nullable Report> newest = new AtomicReference<>();
    private final AtomicBoolean pausing = new AtomicBoolean();

    /** How far an attempt is, in percent, and what is being done. */
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
        newest.set(new Report(percent, word));
        begin();
    }

    private void begin() {
        if (pausing.compareAndSet(false, true)) {
            context.runOnContext(none -> send());
        }
    }

    private void send() {
        Report report = newest.getAndSet(null);
        if (report != null) {
            sink.accept(report);
        }
        timing.after(PAUSE_MILLIS, () -> {
            pausing.set(false);
            if (newest.get() != null) {
                begin();
            }
        });
    }
}
