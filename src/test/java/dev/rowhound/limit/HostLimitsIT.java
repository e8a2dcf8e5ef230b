package dev.rowhound.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.job.Politeness;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.TestRedis;
import io.vertx.redis.client.Command;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestRedis.Extension.class)
class HostLimitsIT {
    private static final String HOST = "example.org";
    private static final Duration HOLD = Duration.ofMinutes(5);

    /** One start in 200 ms. */
    private static final Politeness SLOWLY = rate(300, 1);

    private final TestRedis store;
    private final HostLimits limits;

    HostLimitsIT(TestRedis store) {
        this.store = store;
        this.limits = node("n1", LimitConfig.NONE);
    }

    private HostLimits node(String name, LimitConfig config) {
        return new HostLimits(store.connector(), config, name);
    }

    private static Politeness rate(int perMinute, int burst) {
        return new Politeness(perMinute, burst, 0, 0, 0);
    }

    private static Politeness places(int concurrency) {
        return new Politeness(0, 0, concurrency, 0, 0);
    }

    private Grant acquire(Politeness politeness, int most) {
        return acquire(limits, HOST, politeness, most);
    }

    private static Grant acquire(HostLimits node, String host, Politeness politeness, int most) {
        return Await.result(node.acquire(host, politeness, most, HOLD));
    }

    private void release(Grant grant, boolean unused) {
        Await.result(limits.release(HOST, grant.permits(), unused));
    }

    private static void sleep(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() - end < 0) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    @Test
    void passesAreHeldOnInAStoreThatIsFull() {
        Grant held = Await.result(limits.acquire(HOST, places(1), 1, Duration.ofMillis(300)));
        assertThat(held.permits()).hasSize(1);
        store.send(Command.CONFIG, "SET", "maxmemory", "1");
        try {
            Await.result(limits.hold(HOST, held.permits(), HOLD));
        } finally {
            store.send(Command.CONFIG, "SET", "maxmemory", "0");
        }
        sleep(300);
        assertThat(acquire(places(1), 1).permits()).isEmpty();
    }

    @Test
    void aBurstIsGrantedAtOnceAndThenOneForEachInterval() {
        Grant burst = acquire(rate(300, 3), 10);
        Grant none = acquire(rate(300, 3), 10);

        assertThat(burst.permits()).hasSize(3).allMatch(pass -> pass.startsWith("n1-"));
        assertThat(burst.waitMillis()).isZero();
        assertThat(none.permits()).isEmpty();
        assertThat(none.waitMillis()).isBetween(1L, 200L);
        sleep(none.waitMillis());
        assertThat(acquire(rate(300, 3), 10).permits()).hasSize(1);
    }

    @Test
    void passesThatAreHeldOnLapseNoSoonerAndComeBackNoMore() {
        Grant held = Await.result(limits.acquire(HOST, places(1), 1, Duration.ofMillis(100)));
        Await.result(limits.hold(HOST, held.permits(), HOLD));
        sleep(150);
        assertThat(acquire(places(1), 1).permits()).isEmpty();

        release(held, false);
        Await.result(limits.hold(HOST, held.permits(), HOLD));
        assertThat(acquire(places(1), 1).permits()).hasSize(1);
    }

    @Test
    void noMoreIsGrantedThanIsAskedFor() {
        assertThat(acquire(rate(300, 3), 1).permits()).hasSize(1);
        assertThat(acquire(rate(300, 3), 5).permits()).hasSize(2);
    }

    @Test
    void allNodesShareAHostAndHostsShareNothing() {
        HostLimits other = node("n2", LimitConfig.NONE);
        acquire(SLOWLY, 1);

        assertThat(acquire(other, HOST, SLOWLY, 1).permits()).isEmpty();
        assertThat(acquire(other, "example.org:8443", SLOWLY, 1).permits()).hasSize(1);
    }

    @Test
    void onlySoManyAreUnderWayAtOnce() {
        Grant two = acquire(places(2), 5);
        Grant none = acquire(places(2), 5);
        release(new Grant(two.permits().subList(0, 1), 0), false);

        assertThat(two.permits()).hasSize(2);
        assertThat(none.permits()).isEmpty();
        assertThat(none.waitMillis()).isPositive();
        assertThat(acquire(places(2), 5).permits()).hasSize(1);
    }

    @Test
    void thePassesOfADeadNodeLapse() {
        Await.result(limits.acquire(HOST, places(1), 1, Duration.ofMillis(150)));
        Grant none = acquire(places(1), 1);
        sleep(151);

        assertThat(none.permits()).isEmpty();
        assertThat(none.waitMillis()).isBetween(1L, 150L);
        assertThat(acquire(places(1), 1).permits()).hasSize(1);
    }

    @Test
    void passesThatAreGivenBackTwiceMakeNoRoomForOthers() {
        Grant first = acquire(places(1), 1);
        release(first, false);
        acquire(places(1), 1);
        release(first, true);

        assertThat(acquire(places(1), 1).permits()).isEmpty();
    }

    @Test
    void anUnusedStartDoesNotCount() {
        Grant three = acquire(rate(300, 3), 3);
        release(new Grant(three.permits().subList(1, 3), 0), true);
        release(new Grant(three.permits().subList(1, 3), 0), true);

        assertThat(acquire(rate(300, 3), 5).permits()).hasSize(2);
    }

    @Test
    void anUnusedStartCountsWhereAnotherWasGrantedOnlyBecauseItsTimeHadPassed() {
        Grant first = acquire(SLOWLY, 1);
        sleep(210);
        assertThat(acquire(SLOWLY, 1).permits()).hasSize(1);
        release(first, true);

        assertThat(acquire(SLOWLY, 1).permits()).isEmpty();
    }

    @Test
    void betweenTwoStartsLiesADelay() {
        Politeness delayed = new Politeness(0, 0, 0, 120, 180);
        Grant one = acquire(delayed, 5);
        Grant none = acquire(delayed, 5);
        release(one, false);
        sleep(90);

        assertThat(one.permits()).hasSize(1);
        assertThat(none.waitMillis()).isBetween(50L, 180L);
        assertThat(acquire(delayed, 5).permits()).isEmpty();
        sleep(91);
        assertThat(acquire(delayed, 5).permits()).hasSize(1);
    }

    @Test
    void theDelayAfterAnUnusedStartIsNotWaitedFor() {
        Politeness delayed = new Politeness(0, 0, 0, 60_000, 60_000);
        release(acquire(delayed, 1), true);

        assertThat(acquire(delayed, 1).permits()).hasSize(1);
    }

    @Test
    void ofConfigurationAndRecipeTheStricterFigureHolds() {
        LimitConfig config = new LimitConfig(new Politeness(300, 4, 8, 0, 0), Map.of());
        HostLimits node = node("n1", config);

        assertThat(acquire(node, "a", Politeness.NONE, 9).permits()).hasSize(4);
        assertThat(acquire(node, "b", new Politeness(0, 2, 0, 0, 0), 9).permits())
                .hasSize(2);
        assertThat(acquire(node, "c", places(3), 9).permits()).hasSize(3);
        assertThat(acquire(node, "d", rate(600_000, 100), 9).permits()).hasSize(4);
        acquire(node, "e", rate(60, 9), 9);
        assertThat(acquire(node, "e", rate(60, 9), 9).waitMillis()).isBetween(800L, 1000L);
    }

    @Test
    void recipesOfDifferentFiguresDoNotExceedTheConfigurationTogether() {
        HostLimits node = node("n1", new LimitConfig(rate(300, 4), Map.of()));

        int granted = 0;
        for (int perMinute : List.of(300, 60, 6000, 30)) {
            granted += acquire(node, HOST, rate(perMinute, 4), 9).permits().size();
        }

        assertThat(granted).isEqualTo(4);
    }

    @Test
    void aHostThatNothingLimitsLeavesNothingInTheStore() {
        Grant grant = acquire(Politeness.NONE, 3);
        release(grant, true);

        assertThat(grant.permits()).hasSize(3);
        assertThat(store.list(Command.KEYS, "*")).isEmpty();
    }

    @Test
    void nothingStartsBeforeTheHostIsReadyAgain() {
        Await.result(limits.slowDown(HOST, 250L));

        for (Politeness politeness : List.of(Politeness.NONE, SLOWLY, places(3))) {
            Grant none = acquire(politeness, 1);
            assertThat(none.permits()).isEmpty();
            assertThat(none.waitMillis()).isBetween(150L, 250L);
        }
        sleep(251);
        assertThat(acquire(SLOWLY, 1).permits()).hasSize(1);
    }

    @Test
    void aShorterPauseDoesNotEndALongerOne() {
        assertThat(Await.result(limits.slowDown(HOST, 30_000L))).isEqualTo(30_000);
        assertThat(Await.result(limits.slowDown(HOST, 10L))).isBetween(29_000L, 30_000L);
        assertThat(Await.result(limits.slowDown(HOST, null))).isBetween(29_000L, 30_000L);

        assertThat(acquire(SLOWLY, 1).waitMillis()).isBetween(29_000L, 30_000L);
    }

    @Test
    void aHostIsHeededForAnHourAtMost() {
        Await.result(limits.slowDown(HOST, 86_400_000L));

        assertThat(acquire(SLOWLY, 1).waitMillis()).isBetween(3_599_000L, 3_600_000L);
    }

    @Test
    void withoutATimeThePauseDoublesUpToAMinuteUntilTheHostWasQuiet() {
        String key = Keys.host(HOST).limits();
        long[] pauses = LongStream.range(0, 8)
                .map(i -> {
                    Await.result(limits.slowDown(HOST, null));
                    Await.result(limits.slowDown(HOST, null)); // of the same moment: no sign of its own
                    long wait = acquire(Politeness.NONE, 1).waitMillis();
                    store.send(Command.HSET, key, "until", "0"); // the pause is over
                    return (wait + 500) / 1000;
                })
                .toArray();
        store.send(Command.HSET, key, "quiet", "0"); // five minutes are over

        assertThat(pauses).containsExactly(1, 2, 4, 8, 16, 32, 60, 60);
        Await.result(limits.slowDown(HOST, 0L));
        assertThat(acquire(Politeness.NONE, 1).waitMillis()).isBetween(900L, 1000L);
        assertThat(store.send(Command.PTTL, key).toLong()).isBetween(300_000L, 362_000L);
    }

    @Test
    void aHostOfThisMachineIsPausedWhereItAsksForItOrIsNamed() {
        HostLimits naming =
                node("n1", new LimitConfig(Politeness.NONE, Map.of("127.0.0.1", new Politeness(0, 1, 0, 0, 0))));
        assertThat(Await.result(limits.slowDown("127.0.0.1:8110", null))).isZero();
        Grant free = acquire(limits, "127.0.0.1:8110", Politeness.NONE, 1);
        Await.result(naming.slowDown("127.0.0.1:8110", null));
        Await.result(limits.slowDown("localhost", 5_000L));

        assertThat(free.permits()).hasSize(1);
        assertThat(acquire(limits, "127.0.0.1:8110", Politeness.NONE, 1).permits())
                .isEmpty();
        assertThat(acquire(limits, "localhost", Politeness.NONE, 1).permits()).isEmpty();
    }

    @Test
    void everyKeyVanishesByItself() {
        Politeness all = new Politeness(6000, 5, 3, 10, 20);
        Grant kept = Await.result(limits.acquire(HOST, all, 1, Duration.ofSeconds(7)));
        Keys.Host keys = Keys.host(HOST);

        assertThat(kept.permits()).hasSize(1);
        assertThat(store.list(Command.KEYS, "*")).containsExactlyInAnyOrder(keys.limits(), keys.running());
        assertThat(store.send(Command.PTTL, keys.limits()).toLong()).isBetween(500L, 1_100L);
        assertThat(store.send(Command.PTTL, keys.running()).toLong()).isBetween(7_000L, 8_000L);
        release(kept, false);
        assertThat(store.list(Command.KEYS, "*")).containsExactly(keys.limits());
    }
}
