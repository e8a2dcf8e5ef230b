package dev.trawl.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trawl.recipe.Politeness;
import dev.trawl.redis.Await;
import dev.trawl.redis.TestRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Many threads of several nodes ask, start, give back, give up and die at random. What they have seen must be
 * possible under the limits: each call happened at some moment between its sending and its answer.
 */
@ExtendWith(TestRedis.Extension.class)
class HostLimitsRaceIT {
    private static final String HOST = "example.org";
    private static final int BURST = 6;
    private static final int PLACES = 4;
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int PER_MINUTE = 3000;
    private static final int THREADS = 12;
    private static final Duration RUN = Duration.ofSeconds(4);
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

    @Test
    void whateverHappensNoLimitIsExceeded() throws Exception {
        long seed = System.nanoTime();
        long end = System.nanoTime() + RUN.toNanos();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            HostLimits node = new HostLimits(store.connector(), LimitConfig.NONE, "n" + i % 3);
            Random random = new Random(seed + i);
            threads.add(start("asks-" + i, () -> ask(node, random, end)));
        }
        HostLimits pausing = new HostLimits(store.connector(), LimitConfig.NONE, "n0");
        threads.add(start("pauses", () -> pause(pausing, end)));
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(faults).as("seed %d", seed).isEmpty();
        assertThat(starts).as("seed %d", seed).hasSizeGreaterThan(60);
        assertThat(pauses).hasSizeGreaterThan(3);
        noWindowHoldsMoreThanRateAndBurst(seed);
        neverMoreThanThePlaces(seed);
        nothingStartsInAPause(seed);
    }

    private Thread start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setUncaughtExceptionHandler((dead, fault) -> faults.add(fault));
        thread.start();
        return thread;
    }

    private void ask(HostLimits node, Random random, long end) {
        Politeness politeness = new Politeness(PER_MINUTE, BURST, PLACES, 0, 0);
        while (System.nanoTime() - end < 0) {
            boolean dies = random.nextInt(10) == 0;
            long sent = System.nanoTime();
            Grant grant = Await.result(node.acquire(HOST, politeness, 1 + random.nextInt(3), dies ? SHORT : LONG));
            long answered = System.nanoTime();
            if (grant.passes().isEmpty()) {
                sleepMillis(Math.min(5, grant.waitMillis()));
                continue;
            }
            boolean unused = random.nextInt(4) == 0;
            if (!unused) {
                grant.passes().forEach(pass -> starts.add(new Start(sent, answered)));
            }
            sleepMillis(random.nextInt(25));
            long until = dies ? Math.min(System.nanoTime(), sent + SHORT.toNanos()) : System.nanoTime();
            grant.passes().forEach(pass -> held.add(new Span(answered, until)));
            if (!dies) {
                Await.result(node.release(HOST, grant.passes(), unused));
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

    private void noWindowHoldsMoreThanRateAndBurst(long seed) {
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
                            .isLessThanOrEqualTo(BURST + window / INTERVAL_NANOS);
                }
            }
        }
    }

    private void neverMoreThanThePlaces(long seed) {
        for (Span one : held) {
            long together = held.stream()
                    .filter(other -> other.from() <= one.from() && one.from() < other.to())
                    .count();
            assertThat(together).as("at once, seed %d", seed).isLessThanOrEqualTo(PLACES);
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
