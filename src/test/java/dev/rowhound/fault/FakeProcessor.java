package dev.rowhound.fault;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemContext;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.Processor;
import io.vertx.core.json.JsonObject;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A crawler that looks nothing up: the first letter of a key says what comes of it, see {@link Kind}. It takes up to
 * 5 ms, and tells each attempt in the node's log before it begins.
 */
final class FakeProcessor implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(FakeProcessor.class);
    private static final int MAX_MILLIS = 5;

    /** How long a slow item takes: longer than a fault needs to be noticed, shorter than a lease. */
    private static final int SLOW_MILLIS = 400;

    /** Below the 2 KB of a result above which its event leaves the fields out. */
    static final int LARGE_CHARACTERS = 1800;

    private final Switches switches;
    private final Random random;
    private boolean aborted;

    FakeProcessor(Switches switches, long seed) {
        this.switches = switches;
        this.random = new Random(seed);
    }

    @Override
    public ItemResult process(ItemInput input, ItemContext context) throws InterruptedException {
        LOG.trace("{} {} {}", input.job(), input.row(), input.key());
        context.progress("fake");
        Kind kind = Kind.of(input.key());
        sleep(kind == Kind.SLOW ? SLOW_MILLIS : random.nextInt(MAX_MILLIS + 1));
        return switch (kind) {
            case FOUND, SLOW -> found(input);
            case LARGE -> ItemResult.found(new JsonObject().put("value", input.key() + " ".repeat(LARGE_CHARACTERS)));
            case NOT_FOUND -> ItemResult.notFound();
            case BLOCKED -> ItemResult.blocked("the fake site refuses", "fake");
            case FAULTY -> ItemResult.failed(ErrorCode.SELECTOR_MISSING, "the fake page lacks a field", "fake");
            case UNREACHABLE -> switches.healed() ? found(input) : unreachable();
            case FLAKY -> random.nextBoolean() ? found(input) : unreachable();
            case POISON -> poison(input);
        };
    }

    private static ItemResult found(ItemInput input) {
        return ItemResult.found(new JsonObject().put("value", input.key()));
    }

    private static ItemResult unreachable() {
        return ItemResult.failed(ErrorCode.NAVIGATION, "the fake site does not answer", "fake");
    }

    /** Ends the whole node as {@code kill -9} would. */
    private ItemResult poison(ItemInput input) {
        if (switches.poisonous()) {
            Runtime.getRuntime().halt(137);
        }
        return found(input);
    }

    private synchronized void sleep(int millis) throws InterruptedException {
        aborted = false;
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = millis; left > 0 && !aborted; left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())) {
            wait(left);
        }
    }

    @Override
    public synchronized void abort() {
        aborted = true;
        notifyAll();
    }

    @Override
    public void close() {}
}
