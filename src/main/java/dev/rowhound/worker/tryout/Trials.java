package dev.rowhound.worker.tryout;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.Evidence;
import dev.rowhound.job.ItemContext;
import dev.rowhound.job.ItemError;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.Processor;
import dev.rowhound.job.TryOut;
import dev.rowhound.job.TryOut.Trial;
import dev.rowhound.job.Work;
import dev.rowhound.job.WorkKind;
import dev.rowhound.worker.slot.Heartbeater;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes single rows without a job, with a processor of its own that is made for the first one, and anew for a row of
 * another kind. It belongs to one thread, but for {@link #abort}.
 */
public final class Trials implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Trials.class);

    /** What stands for a job's id where there is no job. */
    private static final String JOB = "try-out";

    private volatile @Nullable Processor processor;
    private @Nullable WorkKind kind;

    /** What a processor is given for a row: its normalised key, and its other values. */
    public static ItemInput input(Work work, JsonObject row) {
        String column = work.keys().column();
        Map<String, String> columns = new LinkedHashMap<>();
        row.forEach(value -> columns.put(value.getKey(), String.valueOf(value.getValue())));
        String raw = columns.remove(TryOut.KEY);
        if (raw == null) {
            raw = column == null ? "" : columns.getOrDefault(column, "");
        } else if (column != null) {
            columns.putIfAbsent(column, raw);
        }
        return new ItemInput(JOB, 0, 1, work.keys().normalise(raw), columns, work.plan());
    }

    /** The trial of a key that is refused, or null where it may be processed. */
    public static @Nullable Trial refused(Work work, ItemInput input) {
        String problem = work.keys().problem(input.key());
        if (problem == null) {
            return null;
        }
        ItemError error = new ItemError(ErrorCode.INVALID_INPUT, problem, null);
        return new Trial(input.key(), new ItemResult(ItemState.INVALID_INPUT, new JsonObject(), error), List.of());
    }

    /**
     * Processes a row whose key was not refused. It blocks for no longer than an item may take, and some seconds.
     *
     * @param slowDown called when the host asks for fewer items: for how many milliseconds, -1 where it has not said
     */
    public Trial look(Work work, ItemInput input, LongConsumer slowDown) {
        RunningTrial trial = new RunningTrial(work.policy().itemMillis(), slowDown);
        CompletableFuture<Void> guard = CompletableFuture.runAsync(
                () -> {
                    LOG.warn("A try-out holds its thread beyond its time at {}; its processor is aborted", trial.step);
                    abort();
                },
                CompletableFuture.delayedExecutor(
                        work.policy().itemMillis() + Heartbeater.GRACE_MILLIS, TimeUnit.MILLISECONDS));
        ItemResult result;
        try {
            Processor ready = processor;
            if (ready == null || kind != work.kind()) {
                close();
                ready = work.kind().newProcessor();
                kind = work.kind();
                processor = ready;
            }
            result = ready.process(input, trial);
        } catch (Exception e) {
            LOG.error("A try-out met a fault of the program", e);
            result = ItemResult.failed(ErrorCode.INTERNAL, String.valueOf(e.getMessage()), trial.step);
        } finally {
            guard.cancel(false);
        }
        return new Trial(input.key(), result, List.copyOf(trial.evidence.values()));
    }

    /** What becomes of a row whose thread does not come back. */
    static ItemResult lost() {
        return ItemResult.failed(ErrorCode.TIMEOUT, "the item did not end although its time was over", "start");
    }

    /** Lets go of the processor without closing it; what is answered closes it. From any thread. */
    Callable<Void> forget() {
        Processor hanging = processor;
        processor = null;
        return () -> {
            if (hanging != null) {
                hanging.close();
            }
            return null;
        };
    }

    /** Ends what is under way, from any thread; it may block for some seconds. */
    public void abort() {
        Processor running = processor;
        if (running != null) {
            running.abort();
        }
    }

    /** Frees the processor; the next row gets another one. */
    @Override
    public void close() {
        Processor idle = processor;
        processor = null;
        if (idle != null) {
            idle.close();
        }
    }

    /** One attempt, as its processor sees it. */
    private static final class RunningTrial implements ItemContext {
        private final long deadlineNanos;
        private final LongConsumer slowDown;
        private final Map<String, Evidence> evidence = new LinkedHashMap<>();
        private volatile String step = "start";

        RunningTrial(long limitMillis, LongConsumer slowDown) {
            this.deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMillis);
            this.slowDown = slowDown;
        }

        @Override
        public void progress(String done) {
            step = done;
        }

        @Override
        public long remainingMillis() {
            return Math.max(0, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime()));
        }

        @Override
        public void slowDown(long retryAfterMillis) {
            slowDown.accept(retryAfterMillis);
        }

        @Override
        public boolean watched() {
            return true;
        }

        @Override
        public void evidence(Evidence kept) {
            evidence.put(kept.name(), kept);
        }
    }
}
