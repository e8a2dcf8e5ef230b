package dev.rowhound.crawl.browser;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Guards Playwright calls that have no time limit. Evaluating a script is one: Playwright waits forever for a page in
 * an endless loop, and some calls with a limit hang too after that.
 */
final class Watchdog {
    private final Runnable kill;

    /** Signals that a guarded call took too long and the browser was killed. */
    static final class KilledException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private KilledException(RuntimeException cause) {
            super(cause);
        }
    }

    /** Creates a watchdog that runs {@code kill} on another thread. */
    Watchdog(Runnable kill) {
        this.kill = kill;
    }

    /**
     * @throws KilledException if the call does not return within {@code millis}
     */
    <T> T guard(long millis, Supplier<T> call) {
        AtomicBoolean expired = new AtomicBoolean();
        CompletableFuture<Void> timer = CompletableFuture.runAsync(
                () -> {
                    expired.set(true);
                    kill.run();
                },
                CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS));
        try {
            return call.get();
        } catch (RuntimeException e) {
            if (expired.get()) {
                throw new KilledException(e);
            }
            throw e;
        } finally {
            timer.cancel(false);
        }
    }
}
