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
 * Repeats a call that may be sent again, with pauses that double. Each pause is shortened by up to half at random, so
 * that nodes that lost the store at the same moment do not return at the same moment.
 *
 * @param firstPause the longest pause before the second attempt
 * @param maxPause no pause is longer
 * @param limit once so much time has passed since the first attempt, the next failure is final
 */
public record RetryPolicy(Duration firstPause, Duration maxPause, Duration limit) {
    /** A limit that is never reached. */
    public static final Duration NO_LIMIT = Duration.ofNanos(Long.MAX_VALUE);

    private static final int MAX_DOUBLINGS = 20;

    /** Decides whether a failed call is sent again. */
    @FunctionalInterface
    public interface RetryCondition {
        /** Sends a call again that the store has not answered. */
        RetryCondition STORE_AWAY = (error, attempts) -> error instanceof StoreUnavailableException;

        /** Whether to send the call again after that failure, which followed so many attempts, from 1. */
        boolean retry(Throwable error, int attempts);
    }

    /** Time as the policy sees it; tests step it. */
    public interface Timing {
        /** The monotonic clock. */
        long nanoTime();

        /** Runs the action once, after so many milliseconds, from 1. */
        void after(long millis, Runnable action);

        /** A random number from 0 to below 1. */
        double random();

        /** The time of the JVM; actions run on the present context of that Vert.x. */
        static Timing of(Vertx vertx) {
            return of((action, millis) -> vertx.setTimer(millis, id -> action.run()));
        }

        /** The time of the JVM; actions run on a pool of the JVM. */
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

    /** Calls until the call succeeds, the condition says no or the limit is over; then fails with the last failure. */
    public <T extends @Nullable Object> Future<T> run(
            Timing timing, RetryCondition condition, Supplier<Future<T>> call) {
        Promise<T> done = Promise.promise();
        attempt(timing, condition, call, timing.nanoTime(), 1, done);
        return done.future();
    }

    /** As {@link #run(Timing, RetryCondition, Supplier)}, as long as the store is away. */
    public <T extends @Nullable Object> Future<T> run(Timing timing, Supplier<Future<T>> call) {
        return run(timing, RetryCondition.STORE_AWAY, call);
    }

    /** As {@link #run(Timing, Supplier)}, but holds the calling thread up; not for an event loop. */
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
            throw new IllegalStateException("interrupted while the store was away", e);
        }
    }

    /** All attempts complete the one promise, for an outage may take any number of them. */
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
