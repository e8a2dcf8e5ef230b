package dev.rowhound.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.queue.FairScheduler.QueuedJob;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.TestRedis;
import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestRedis.Extension.class)
@Timeout(60)
class FairSchedulerIT {
    private final TestRedis store;
    private final TestQueue queue;

    FairSchedulerIT(TestRedis store) {
        this.store = store;
        this.queue = new TestQueue(store);
    }

    private void offer(String job) {
        offer(job, "anonymous");
    }

    private void offer(String job, String user) {
        Await.result(queue.turns.offer(turn(job, user)));
    }

    private static QueuedJob turn(String job, String user) {
        return new QueuedJob(job, user, FairScheduler.DEFAULT_PRIORITY);
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

        Await.result(queue.turns.refund(turn("a", "anonymous"), 4));

        assertThat(pick(4)).containsExactly("b", "a", "b", "a");
        Await.result(queue.turns.refund(turn("none", "anonymous"), 0));
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

        assertThat(pick(3)).as("what b has had less").containsOnly("b");
        Await.result(queue.turns.remove("a"));
        assertThat(store.hash(Keys.SCHEDULER_ENTRIES)).doesNotContainKey("j:a");
        offer("a");
        assertThat(pick(4)).as("one that was removed enters anew").contains("a");
    }

    @Test
    void isMadeAnewWhereItsKeysAreLost() {
        for (String key : List.of(
                Keys.VIRTUAL_TIMES,
                Keys.VIRTUAL_CLOCKS,
                Keys.SCHEDULER_ENTRIES,
                Keys.virtualTimes("anonymous"),
                Keys.virtualClocks("anonymous"))) {
            List.of("a", "b").forEach(this::offer);
            pick(5);

            store.send(Command.DEL, key);
            List.of("a", "b").forEach(this::offer);

            assertThat(pick(20)).as("without %s", key).contains("a", "b");
        }
    }

    @Test
    void givesUsersTurnsBeforeTheirJobs() {
        IntStream.range(0, 1000).forEach(job -> offer("a" + job, "an"));
        pick(3);

        for (int time = 0; time < 50; time++) {
            String newcomer = "b" + time;
            offer(newcomer, "binh" + time);
            assertThat(pick(2)).as("the turns after %s has come", newcomer).contains(newcomer);
            Await.result(queue.turns.remove(newcomer));
        }
    }

    @Test
    void servesNewcomersBesideAHeavierUser() {
        FairScheduler turns = new FairScheduler(store.connector(), user -> user.equals("an") ? 10 : 1);
        for (int job = 0; job < 1000; job++) {
            Await.result(turns.offer(turn("a" + job, "an")));
        }
        pick(25);

        for (int time = 0; time < 50; time++) {
            String newcomer = "b" + time;
            Await.result(turns.offer(turn(newcomer, "binh" + time)));
            assertThat(pick(2)).as("the turns after %s has come", newcomer).contains(newcomer);
            Await.result(turns.remove(newcomer));
        }
    }

    @Test
    void givesEqualsTheirTurnsByEntry() {
        List<String> jobs = List.of("z", "m", "a", "k");
        jobs.forEach(this::offer);
        assertThat(pick(8)).isEqualTo(List.of("z", "m", "a", "k", "z", "m", "a", "k"));

        jobs.forEach(user -> offer("of-" + user, user));
        Await.result(queue.turns.suspendUser(turn("z", "anonymous"), 0, 60_000));
        assertThat(pick(4)).isEqualTo(List.of("of-z", "of-m", "of-a", "of-k"));
    }

    @Test
    void keepsWhatAUserHasHadWhileTheyAreAway() {
        offer("a", "an");
        offer("b", "binh");
        assertThat(pick()).isEqualTo("a");
        assertThat(Await.result(queue.turns.pick(5))).isEqualTo("b");
        Await.result(queue.turns.remove("b"));
        assertThat(pick(2)).containsOnly("a");

        offer("b2", "binh");

        assertThat(pick(2)).as("an has had 3, binh 5").containsOnly("a");
        assertThat(pick(2)).containsExactlyInAnyOrder("a", "b2");
        Await.result(queue.turns.remove("b2"));
        pick(10);
        offer("b3", "binh");
        assertThat(pick(4))
                .as("as much as another, who is ahead")
                .filteredOn("b3"::equals)
                .hasSizeBetween(1, 3);
        assertThat(store.scores(Keys.VIRTUAL_CLOCKS))
                .as("who is not ahead is forgotten")
                .containsOnlyKeys("");
    }

    @Test
    void passesOverAllJobsOfAUserWhoRests() {
        IntStream.range(0, 100).forEach(job -> offer("a" + job, "an"));
        offer("b", "binh");
        String picked = pick();
        assertThat(picked).isEqualTo("a0");

        Await.result(queue.turns.suspendUser(turn(picked, "an"), 1, 60_000));

        assertThat(pick(5)).containsOnly("b");
        IntStream.range(0, 100).forEach(job -> offer("a" + job, "an"));
        assertThat(pick(5)).as("offers do not end the rest").containsOnly("b");
        Await.result(queue.turns.wake(turn("a7", "an")));
        assertThat(pick(2)).anyMatch(job -> job.startsWith("a"));

        Await.result(queue.turns.suspendUser(turn("a7", "an"), 0, 0));
        offer("a8", "an");
        assertThat(pick(2)).as("a rest that is over").anyMatch(job -> job.startsWith("a"));
    }

    @Test
    void doesNotLetJobsWithoutWorkKeepOthersFromTheirTurns() {
        IntStream.range(0, 1000).forEach(job -> offer("a" + job, "an"));
        offer("b", "binh");

        int looks = 0;
        for (int turn = 0; turn < 200; turn++) {
            String job = pick();
            if (job.startsWith("a")) {
                looks++;
                Await.result(queue.turns.refundEmptyClaim(turn(job, "an"), 1));
                Await.result(queue.turns.park(job));
            }
        }

        assertThat(looks).as("turns of 200 in which nothing was found").isBetween(100, 190);
        assertThat(pick(11)).contains("b");
    }

    @Test
    void letsNewJobsOfAUserWaitBehindThoseThatWait() {
        IntStream.range(0, 5).forEach(job -> offer("a" + job));
        assertThat(pick()).isEqualTo("a0");
        offer("late");

        List<String> turns = pick(5);

        assertThat(turns.subList(0, 4)).containsExactly("a1", "a2", "a3", "a4");
        assertThat(turns.get(4)).isEqualTo("late");
        boolean served = false;
        for (int time = 0; time < 40 && !served; time++) {
            offer("new" + time);
            String job = pick();
            served = job.equals("a0");
            Await.result(queue.turns.remove(job));
        }
        assertThat(served)
                .as("an old job had its turn beside an endless row of new ones")
                .isTrue();
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
