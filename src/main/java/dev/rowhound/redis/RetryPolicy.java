package dev.rowhound.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjLongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Retries an idempotent call with exponential backoff. Each pause is shortened by up to half at random, so that nodes
 * that lost Redis at the same moment do not all return at the same moment.
 *
 * @param firstPause the maximum pause before the second attempt
 * @param maxPause the upper bound of all pauses
 * @param limit once this time has passed since the first attempt, the next failure is final
 */
public record RetryPolicy(Duration firstPause, Duration maxPause, Duration limit) {
    public static final Duration NO_LIMIT = Duration.ofNanos(Long.MAX_VALUE);

    private static final int MAX_DOUBLINGS = 20;

    @FunctionalInterface
    public interface RetryCondition {
        /** Retries a call that Redis did not execute. */
        RetryCondition STORE_AWAY = (error, attempts) -> error instanceof StoreUnavailableException;

        /** Returns whether to retry after this failure of attempt number {@code attempts}, from 1. */
        boolean retry(Throwable error, int attempts);
    }

    /** The source of time; tests step it. */
    public interface Timing {
        long nanoTime();

        /** Runs an action once after a delay of at least 1 ms. */
        void after(long millis, Runnable action);

        /** Returns a random number in [0, 1). */
        double random();

        /** Uses the JVM's clock; actions run on the current context of that Vert.x. */
        static Timing of(Vertx vertx) {
            return of((action, millis) -> vertx.setTimer(millis, id -> action.run()));
        }

        /** Uses the JVM's clock; actions run on a JVM-wide pool. */
        static Timing ofPool() {
            return of((action, millis) -> CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS)
                    .execute(action));
        }

        private static Timing of(ObjLongConsumer<Runnable> after) {
            return new Timing() {
                @Override
                public long nanoTime() {
                    return System.nanoTime();
                }

                @Override
                public void after(long millis, Runnable action) {
                    after.accept(action, millis);
                }

                @Override
                public double random() {
                    return ThreadLocalRandom.current().nextDouble();
                }
            };
        }
    }

    /**
     * Repeats the call until it succeeds, the condition declines or the limit passes; then fails with the last error.
     */
    public <T extends @Nullable Object> Future<T> run(
            Timing timing, RetryCondition condition, Supplier<Future<T>> call) {
        Promise<T> done = Promise.promise();
        attempt(timing, condition, call, timing.nanoTime(), 1, done);
        return done.future();
    }

    /** Repeats the call while Redis is unavailable. */
    public <T extends @Nullable Object> Future<T> run(Timing timing, Supplier<Future<T>> call) {
        return run(timing, RetryCondition.STORE_AWAY, call);
    }

    /** Like {@link #run(Timing, Supplier)}, but blocks: do not call it on an event loop. */
    public <T extends @Nullable Object> T await(Supplier<Future<T>> call) {
        try {
            return run(Timing.ofPool(), call)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the store was unavailable", e);
        }
    }

    /** Completes a single promise, so that a long outage does not build a chain of futures. */
    private <T extends @Nullable Object> void attempt(
            Timing timing,
            RetryCondition condition,
            Supplier<Future<T>> call,
            long sinceNanos,
            int attempts,
            Promise<T> done) {
        call(call).onSuccess(done::complete).onFailure(error -> {
            try {
                boolean over = timing.nanoTime() - sinceNanos >= limit.toNanos();
                if (over || !condition.retry(error, attempts)) {
                    done.fail(error);
                    return;
                }
                timing.after(
                        pauseMillis(attempts, timing.random()),
                        () -> attempt(timing, condition, call, sinceNanos, attempts + 1, done));
            } catch (RuntimeException e) {
                done.tryFail(e);
            }
        });
    }

    private static <T extends @Nullable Object> Future<T> call(Supplier<Future<T>> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private long pauseMillis(int attempts, double random) {
        long longest = Math.min(maxPause.toMillis(), firstPause.toMillis() << Math.min(attempts - 1, MAX_DOUBLINGS));
        return Math.max(1, Math.round(longest * (1 - random / 2)));
    }
}
