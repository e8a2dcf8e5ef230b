package dev.rowhound;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** Waits for what a test needs, up to a limit, and fails the test when that does not come. */
public final class Await {
    private static final Duration LIMIT = Duration.ofSeconds(45);
    private static final Duration RESULT_LIMIT = Duration.ofSeconds(20);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private Await() {}

    /**
     * The first answer that is as wanted.
     *
     * @param what is awaited, for the failure's message
     * @throws AssertionError if none comes in 45 s, with the last answer
     */
    public static <T> T until(String what, Callable<T> ask, Predicate<T> wanted) throws Exception {
        return until(what, LIMIT, ask, wanted);
    }

    /** The same with another limit. */
    public static <T> T until(String what, Duration limit, Callable<T> ask, Predicate<T> wanted) throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        T answer = ask.call();
        while (!wanted.test(answer)) {
            if (System.nanoTime() - deadline >= 0) {
                throw new AssertionError("waited " + limit.toSeconds() + " s for " + what + "; the last was " + answer);
            }
            TimeUnit.NANOSECONDS.sleep(PAUSE_NANOS);
            answer = ask.call();
        }
        return answer;
    }

    /** Returns once the condition holds, within 45 s. */
    public static void until(String what, Callable<Boolean> condition) throws Exception {
        until(what, LIMIT, condition);
    }

    /** The same with another limit. */
    public static void until(String what, Duration limit, Callable<Boolean> condition) throws Exception {
        until(what, limit, condition, holds -> holds);
    }

    /** Runs it on that context, and waits for its end. */
    public static void run(Context context, Runnable step) {
        Promise<Void> done = Promise.promise();
        context.runOnContext(none -> {
            step.run();
            done.complete();
        });
        result(done.future());
    }

    /** What the future comes to within 20 s; its failure is thrown. */
    public static <T> T result(Future<T> future) {
        try {
            return future.await(RESULT_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("no result within " + RESULT_LIMIT.toSeconds() + " s", e);
        }
    }

    /** What the future fails with. */
    public static Throwable failure(Future<?> future) {
        return result(future.transform(done -> done.succeeded()
                ? Future.failedFuture(new AssertionError("succeeded with " + done.result()))
                : Future.succeededFuture(done.cause())));
    }
}
