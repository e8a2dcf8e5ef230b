package dev.rowhound.crawl.browser;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Guards calls that have no time limit of their own. Running a script is one: Playwright waits for the answer of a page
 * in an endless loop for good, and some of its calls with a limit do so too once the limit is over.
 */
final class Watchdog {
    private final Runnable kill;

    /** A guarded call took too long, and the browser was killed under it. */
    static final class BitException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private BitException(RuntimeException cause) {
            super(cause);
        }
    }

    /** Guards calls to the browser that {@code kill}, called on a thread of its own, ends. */
    Watchdog(Runnable kill) {
        this.kill = kill;
    }

    /**
     * Makes the call.
     *
     * @throws BitException if it does not return within so many milliseconds
     */
    <T> T guard(long millis, Supplier<T> call) {
        AtomicBoolean bit = new AtomicBoolean();
        CompletableFuture<Void> bite = CompletableFuture.runAsync(
                () -> {
                    bit.set(true);
                    kill.run();
                },
                CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS));
        try {
            return call.get();
        } catch (RuntimeException e) {
            if (bit.get()) {
                throw new BitException(e);
            }
            throw e;
        } finally {
            bite.cancel(false);
        }
    }
}
