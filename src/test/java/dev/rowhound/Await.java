package dev.rowhound;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Asks again and again for what a test waits for, up to a limit. */
public final class Await {
    private static final Duration LIMIT = Duration.ofSeconds(45);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

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
            LockSupport.parkNanos(PAUSE_NANOS);
            answer = ask.call();
        }
        return answer;
    }
}
