package dev.rowhound.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.job.Politeness;
import dev.rowhound.redis.TestRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Many threads of several nodes ask, start, give back, give up and die at random. What they have seen must be
 * possible under the limits: each call happened at some moment between its sending and its answer.
 */
@ExtendWith(TestRedis.Extension.class)
class HostLimitsRaceIT {
    private static final String HOST = "example.org";
    private static final int THREADS = 12;
    private static final Duration RUN = Duration.ofSeconds(3);
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(60);
    private static final long PAUSE_MILLIS = 150;

    private final TestRedis store;
    private final Queue<Start> starts = new ConcurrentLinkedQueue<>();
    private final Queue<Span> held = new ConcurrentLinkedQueue<>();
    private final Queue<Span> pauses = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();

    /** From one moment to another, in the test's nanoseconds. */
    private record Span(long from, long to) {}

    /** A start that was used, granted at some moment in between. */
    private record Start(long sent, long answered) {}

    HostLimitsRaceIT(TestRedis store) {
        this.store = store;
    }

    /**
     * The rate holds starts back, or the places do, or both. A pass that is given up after others were granted counts
     * all the same, so where many are given up the rate is not used to its last start, and one too many would hide.
     */
    @ParameterizedTest
    @CsvSource({"1500, 6, 0, 0", "6000, 3, 0, 40", "0, 0, 4, 25", "6000, 4, 3, 10"})
    void whateverHappensNoLimitIsExceeded(int perMinute, int burst, int places, int unusedPercent) throws Exception {
        Politeness politeness = new Politeness(perMinute, burst, places, 0, 0);
        long seed = System.nanoTime();
        long end = System.nanoTime() + RUN.toNanos();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            HostLimits node = new HostLimits(store.connector(), LimitConfig.NONE, "n" + i % 3);
            Random random = new Random(seed + i);
            threads.add(start("asks-" + i, () -> ask(node, politeness, unusedPercent, random, end)));
        }
        HostLimits pausing = new HostLimits(store.connector(), LimitConfig.NONE, "n0");
        threads.add(start("pauses", () -> pause(pausing, end)));
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(faults).as("seed %d", seed).isEmpty();
        assertThat(starts).as("seed %d", seed).hasSizeGreaterThan(20);
        assertThat(pauses).hasSizeGreaterThan(3);
        if (perMinute > 0) {
            noWindowHoldsMoreThanRateAndBurst(politeness, seed);
        }
        if (places > 0) {
            neverMoreThanThePlaces(places, seed);
        }
        nothingStartsInAPause(seed);
    }

    private Thread start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setUncaughtExceptionHandler((dead, fault) -> faults.add(fault));
        thread.start();
        return thread;
    }

    private void ask(HostLimits node, Politeness politeness, int unusedPercent, Random random, long end) {
        while (System.nanoTime() - end < 0) {
            boolean dies = random.nextInt(10) == 0;
            long sent = System.nanoTime();
            Grant grant = Await.result(node.acquire(HOST, politeness, 1 + random.nextInt(3), dies ? SHORT : LONG));
            long answered = System.nanoTime();
            if (grant.permits().isEmpty()) {
                sleepMillis(Math.min(5, grant.waitMillis()));
                continue;
            }
            boolean unused = random.nextInt(100) < unusedPercent;
            if (!unused) {
                grant.permits().forEach(pass -> starts.add(new Start(sent, answered)));
            }
            sleepMillis(random.nextInt(25));
            long until = dies ? Math.min(System.nanoTime(), sent + SHORT.toNanos()) : System.nanoTime();
            grant.permits().forEach(pass -> held.add(new Span(answered, until)));
            if (!dies) {
                Await.result(node.release(HOST, grant.permits(), unused));
            }
        }
    }

    private void pause(HostLimits node, long end) {
        while (System.nanoTime() - end < 0) {
            sleepMillis(350);
            long sent = System.nanoTime();
            Await.result(node.slowDown(HOST, PAUSE_MILLIS));
            long answered = System.nanoTime();
            // It lasts from no later than its answer to no earlier than so long after its sending.
            pauses.add(new Span(answered, sent + TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS)));
        }
    }

    private void noWindowHoldsMoreThanRateAndBurst(Politeness politeness, long seed) {
        long interval = TimeUnit.MINUTES.toNanos(1) / politeness.ratePerMinute();
        List<Start> byAnswer = new ArrayList<>(starts);
        byAnswer.sort(Comparator.comparingLong(Start::answered));
        for (Start first : starts) {
            int inside = 0;
            for (Start last : byAnswer) {
                if (last.sent() >= first.sent()) {
                    inside++;
                    long window = last.answered() - first.sent();
                    assertThat((long) inside)
                            .as("starts within %d us, seed %d", window / 1000, seed)
                            .isLessThanOrEqualTo(politeness.burst() + window / interval);
                }
            }
        }
    }

    private void neverMoreThanThePlaces(int places, long seed) {
        for (Span one : held) {
            long together = held.stream()
                    .filter(other -> other.from() <= one.from() && one.from() < other.to())
                    .count();
            assertThat(together).as("at once, seed %d", seed).isLessThanOrEqualTo(places);
        }
    }

    private void nothingStartsInAPause(long seed) {
        for (Span pause : pauses) {
            assertThat(starts)
                    .as("seed %d", seed)
                    .noneMatch(start -> start.sent() >= pause.from() && start.answered() <= pause.to());
        }
    }

    private static void sleepMillis(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
