package dev.rowhound.redis;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** Waits for what a test needs, and fails it when that does not come. */
public final class Await {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private Await() {}

    /** What the future comes to; its failure is thrown. */
    public static <T> T result(Future<T> future) {
        try {
            return future.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("no result within " + LIMIT.toSeconds() + " s", e);
        }
    }

    /** What the future fails with. */
    public static Throwable failure(Future<?> future) {
        return result(future.transform(done -> done.succeeded()
                ? Future.failedFuture(new AssertionError("succeeded with " + done.result()))
                : Future.succeededFuture(done.cause())));
    }

    /** Returns once that is true. */
    public static void until(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within " + LIMIT.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
