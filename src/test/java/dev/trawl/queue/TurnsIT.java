package dev.trawl.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trawl.redis.Await;
import dev.trawl.redis.Keys;
import dev.trawl.redis.TestRedis;
import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestRedis.Extension.class)
@Timeout(60)
class TurnsIT {
    private final TestRedis store;
    private final TestQueue queue;

    TurnsIT(TestRedis store) {
        this.store = store;
        this.queue = new TestQueue(store);
    }

    private void offer(String job) {
        Await.result(queue.turns.offer(job, "anonymous", Turns.DEFAULT_PRIORITY));
    }

    private String pick() {
        return Await.result(queue.turns.pick(1));
    }

    private List<String> pick(int times) {
        return IntStream.range(0, times).mapToObj(time -> pick()).toList();
    }

    @Test
    void namesNoJobWhereNoneIsKnown() {
        assertThat(pick()).isNull();

        offer("a");
        assertThat(pick()).isEqualTo("a");
        Await.result(queue.turns.remove("a"));
        assertThat(pick()).isNull();
    }

    @Test
    void givesJobsAlternateTurns() {
        List.of("a", "b", "c").forEach(this::offer);

        List<String> turns = pick(9);

        for (int round = 0; round < 9; round += 3) {
            assertThat(turns.subList(round, round + 3)).containsExactlyInAnyOrder("a", "b", "c");
        }
    }

    @Test
    void chargesAJobForWhatItTakes() {
        offer("a");
        offer("b");
        assertThat(Await.result(queue.turns.pick(5))).isEqualTo("a");

        assertThat(pick(5)).containsOnly("b");
    }

    @Test
    void letsAJobEnterAtThePresentTime() {
        offer("a");
        pick(100);
        offer("b");

        // Neither does b catch up on the hundred turns that it missed, nor wait a hundred.
        List<String> turns = pick(10);
        assertThat(turns).filteredOn("b"::equals).hasSize(5);
    }

    @Test
    void keepsAJobsPlaceWhenItIsOfferedAgain() {
        offer("a");
        offer("b");
        pick(10);
        Await.result(queue.turns.pick(6));

        offer("a");
        offer("b");

        assertThat(pick(5).stream().distinct()).hasSize(1);
    }

    @Test
    void givesBackWhatAJobWasChargedForInVain() {
        offer("a");
        offer("b");
        assertThat(Await.result(queue.turns.pick(5))).isEqualTo("a");

        Await.result(queue.turns.refund("a", 4));

        assertThat(pick(4)).containsExactly("b", "a", "b", "a");
        Await.result(queue.turns.refund("none", 3));
        assertThat(pick(2)).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void keepsWhatAJobHasHadWhileItIsAway() {
        offer("a");
        offer("b");
        assertThat(Await.result(queue.turns.pick(6))).isEqualTo("a");
        Await.result(queue.turns.park("a"));
        assertThat(pick(3)).containsOnly("b");

        offer("a");

        assertThat(store.hash(Keys.TURN_JOBS)).containsEntry("u:anonymous", "10");
        assertThat(pick(3)).as("what b has had less").containsOnly("b");
        Await.result(queue.turns.remove("a"));
        assertThat(store.hash(Keys.TURN_JOBS)).containsEntry("u:anonymous", "5").doesNotContainKeys("j:a", "p:a");
        offer("a");
        assertThat(pick(4)).as("one that was removed enters anew").contains("a");
    }

    @Test
    void isMadeAnewWhereItsKeysAreLost() {
        for (String key : List.of(Keys.TURNS, Keys.TURN_JOBS)) {
            List.of("a", "b").forEach(this::offer);
            pick(5);

            store.send(Command.DEL, key);
            List.of("a", "b").forEach(this::offer);

            assertThat(pick(20)).contains("a", "b");
            assertThat(store.hash(Keys.TURN_JOBS)).containsEntry("u:anonymous", "10");
        }
    }

    @Test
    void servesASmallJobBesideALargeOne() {
        TestUpload large = queue.receiving();
        for (int chunk = 0; chunk < 2; chunk++) {
            int first = chunk * 500;
            large.append(IntStream.range(first, first + 500)
                    .mapToObj(Integer::toString)
                    .toArray(String[]::new));
        }
        large.seal();
        for (int turn = 0; turn < 50; turn++) {
            work();
        }
        String small =
                queue.running(IntStream.range(0, 10).mapToObj(Integer::toString).toArray(String[]::new));

        List<String> worked = new ArrayList<>();
        while (!queue.find(small).state().terminal() && worked.size() < 100) {
            worked.add(work());
        }

        assertThat(worked).hasSizeBetween(19, 20);
        assertThat(worked).filteredOn(small::equals).hasSize(10);
    }

    /** One turn of a worker: the job that was served. */
    private String work() {
        String job = pick();
        queue.end(queue.claim(job));
        return job;
    }
}
