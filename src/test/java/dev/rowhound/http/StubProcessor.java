package dev.rowhound.http;

import dev.rowhound.job.ItemContext;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.Processor;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Answers rows without a browser, as a test wants: found, unless the test says otherwise. For all slots of a node. */
final class StubProcessor {
    /** The recipe that its keys are for. */
    static final String RECIPE = "javadoc";

    private final Map<String, ItemResult> answers = new ConcurrentHashMap<>();
    private final AtomicInteger passes = new AtomicInteger(Integer.MAX_VALUE);
    private volatile long millis;
    private int running;
    private int most;

    /** The key of a row. */
    static String key(int number) {
        return "a.A" + number;
    }

    /** A file with the rows 1 to that. */
    static String file(int rows) {
        return file(1, rows);
    }

    /** A file of so many rows, whose keys are numbered from there. */
    static String file(int first, int rows) {
        return IntStream.range(first, first + rows)
                .mapToObj(StubProcessor::key)
                .collect(Collectors.joining("\n", "class\n", "\n"));
    }

    /** An upload of {@link #file(int)} for the recipe. */
    static Form form(int rows) {
        return Form.of(RECIPE).file(file(rows));
    }

    /** That row is answered so from here on. */
    StubProcessor answer(int row, ItemResult result) {
        answers.put(key(row), result);
        return this;
    }

    /** All of those rows are. */
    StubProcessor answer(int rows, IntFunction<ItemResult> result) {
        IntStream.rangeClosed(1, rows).forEach(row -> answer(row, result.apply(row)));
        return this;
    }

    /** No row is answered before {@link #open}. */
    StubProcessor close() {
        passes.set(0);
        return this;
    }

    void open() {
        passes.set(Integer.MAX_VALUE);
    }

    /** So many further rows are answered, and no others. */
    void open(int rows) {
        passes.addAndGet(rows);
    }

    private boolean isOpen() {
        return passes.getAndUpdate(left -> left == Integer.MAX_VALUE ? left : Math.max(0, left - 1)) > 0;
    }

    /** How long each row takes. */
    StubProcessor taking(long rowMillis) {
        millis = rowMillis;
        return this;
    }

    /** How many rows were ever looked up at once. */
    synchronized int most() {
        return most;
    }

    private synchronized void count(int change) {
        running += change;
        most = Math.max(most, running);
    }

    /** One for a slot. */
    Processor processor() {
        return new Processor() {
            @Override
            public ItemResult process(ItemInput input, ItemContext context) throws Exception {
                count(1);
                try {
                    TimeUnit.MILLISECONDS.sleep(millis);
                    while (!isOpen() && context.remainingMillis() > 0) {
                        context.progress("start");
                        TimeUnit.MILLISECONDS.sleep(10);
                    }
                    return answers.getOrDefault(
                            input.key(), ItemResult.found(new JsonObject().put("title", input.key())));
                } finally {
                    count(-1);
                }
            }

            @Override
            public void abort() {}

            @Override
            public void close() {}
        };
    }
}
