package dev.rowhound.worker;

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
import dev.rowhound.recipe.Recipe;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks single rows up without a job, with a processor of its own that is made for the first one. It belongs to one
 * thread, but for {@link #abort}.
 */
public final class Trials implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Trials.class);

    /** What stands for a job's id where there is no job. */
    private static final String JOB = "try-out";

    private final Function<Function<ItemInput, Recipe>, Processor> processors;
    private volatile @Nullable Processor processor;
    private volatile @Nullable Recipe recipe;

    /** @param processors makes a processor that asks by which recipe the items of a job are looked up */
    public Trials(Function<Function<ItemInput, Recipe>, Processor> processors) {
        this.processors = processors;
    }

    /** What a processor is given for a row: its key as the recipe has normalised it, and its other values. */
    public static ItemInput input(Recipe recipe, JsonObject row) {
        String column = recipe.input().column();
        Map<String, String> columns = new LinkedHashMap<>();
        row.forEach(value -> columns.put(value.getKey(), String.valueOf(value.getValue())));
        String raw = columns.remove(TryOut.KEY);
        if (raw == null) {
            raw = column == null ? "" : columns.getOrDefault(column, "");
        } else if (column != null) {
            columns.putIfAbsent(column, raw);
        }
        return new ItemInput(JOB, 1, recipe.input().normalise(raw), columns);
    }

    /** The trial of a key that the recipe's check refuses, or null where it may be looked up. */
    public static @Nullable Trial refused(Recipe recipe, ItemInput input) {
        String problem = recipe.input().problem(input.key());
        if (problem == null) {
            return null;
        }
        ItemError error = new ItemError(ErrorCode.INVALID_INPUT, problem, null);
        return new Trial(input.key(), new ItemResult(ItemState.INVALID_INPUT, new JsonObject(), error), List.of());
    }

    /**
     * Looks a key up that the recipe's check has not refused. It blocks for no longer than the recipe gives an item, and
     * some seconds.
     *
     * @param slowDown told when the host asks for fewer look-ups: for how many milliseconds, -1 where it has not said
     */
    public Trial look(Recipe by, ItemInput input, LongConsumer slowDown) {
        recipe = by;
        RunningTrial trial = new RunningTrial(by.timeouts().itemMillis(), slowDown);
        CompletableFuture<Void> guard = CompletableFuture.runAsync(
                () -> {
                    LOG.warn("A try-out holds its browser beyond its time at {}; the browser is killed", trial.step);
                    abort();
                },
                CompletableFuture.delayedExecutor(
                        by.timeouts().itemMillis() + Heartbeater.GRACE_MILLIS, TimeUnit.MILLISECONDS));
        ItemResult result;
        try {
            Processor ready = processor;
            if (ready == null) {
                ready = processors.apply(item -> by(by));
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
        return ItemResult.failed(ErrorCode.TIMEOUT, "the look-up did not end although its time was over", "start");
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

    private Recipe by(Recipe first) {
        Recipe present = recipe;
        return present == null ? first : present;
    }

    /** Ends what is being looked up, from any thread; it may block for some seconds. */
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

    /** One look-up, as its processor sees it. */
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
