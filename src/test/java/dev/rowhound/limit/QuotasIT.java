package dev.rowhound.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.job.JobState;
import dev.rowhound.limit.QuotaConfig.Quota;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestRedis.Extension.class)
class QuotasIT {
    private static final Duration HOLD = Duration.ofMinutes(5);
    private static final QuotaConfig CONFIG =
            new QuotaConfig(new Quota(2, 2, 1000, 0, 1), Map.of("free", new Quota(0, 0, 0, 0, 1)));

    private final TestRedis store;
    private final Map<String, JobState> jobs = new HashMap<>();

    QuotasIT(TestRedis store) {
        this.store = store;
    }

    private Quotas at(Instant now) {
        return new Quotas(
                store.connector(),
                CONFIG,
                job -> Future.succeededFuture(jobs.get(job)),
                "n1",
                Clock.fixed(now, ZoneOffset.UTC));
    }

    private Quotas quotas() {
        return at(Instant.now());
    }

    private boolean admit(String user, String job) {
        return Await.result(quotas().admit(user, job)).allowed();
    }

    private boolean count(Quotas quotas, String job, int chunk, int rows) {
        return Await.result(quotas.countRows("alice", job, chunk, rows)).allowed();
    }

    @Test
    void onlySoManyItemsOfAUserRunAtOnce() {
        Grant two = Await.result(quotas().acquireRunning("alice", 5, HOLD));
        Grant none = Await.result(quotas().acquireRunning("alice", 5, HOLD));
        Grant others = Await.result(quotas().acquireRunning("bob", 5, HOLD));
        Await.result(quotas().releaseRunning("alice", two.permits().subList(0, 1)));

        assertThat(two.permits()).hasSize(2);
        assertThat(none.permits()).isEmpty();
        assertThat(none.waitMillis()).isPositive();
        assertThat(others.permits()).hasSize(2);
        assertThat(Await.result(quotas().acquireRunning("alice", 5, HOLD)).permits())
                .hasSize(1);
        assertThat(store.send(Command.PTTL, Keys.userRunning("alice")).toLong())
                .isBetween(HOLD.toMillis(), HOLD.toMillis() + 1000);
    }

    @Test
    void theItemsOfADeadNodeLapse() throws Exception {
        Await.result(quotas().acquireRunning("alice", 2, Duration.ofMillis(50)));

        Await.until(
                "a place",
                () -> !Await.result(quotas().acquireRunning("alice", 1, HOLD))
                        .permits()
                        .isEmpty());
    }

    @Test
    void whatHasNoQuotaLeavesNothingInTheStore() {
        Grant grant = Await.result(quotas().acquireRunning("free", 3, HOLD));
        Await.result(quotas().releaseRunning("free", grant.permits()));
        boolean counted =
                Await.result(quotas().countRows("free", "j", 0, 1_000_000)).allowed();

        assertThat(grant.permits()).hasSize(3);
        assertThat(counted).isTrue();
        assertThat(IntStream.range(0, 9)).allMatch(i -> admit("free", "job" + i));
        assertThat(store.list(Command.KEYS, "*")).isEmpty();
    }

    @Test
    void aFurtherJobIsRefusedUntilOneEnds() {
        assertThat(admit("alice", "a")).isTrue();
        assertThat(admit("alice", "b")).isTrue();
        assertThat(admit("alice", "b")).as("once more").isTrue();
        QuotaDecision refused = Await.result(quotas().admit("alice", "c"));

        assertThat(refused.allowed()).isFalse();
        assertThat(refused.message())
                .isEqualTo("the user alice may have 2 open jobs (open_jobs) and has reached this limit; try again"
                        + " after one of them has ended");
        assertThat(refused.retryAfter()).isPositive();
        assertThat(admit("bob", "c")).isTrue();
        Await.result(quotas().release("alice", "a"));
        assertThat(admit("alice", "c")).isTrue();
        assertThat(store.send(Command.PTTL, Keys.userOpen("alice")).toLong()).isPositive();
    }

    @Test
    void onlyTheCallThatCountsAJobSaysSo() {
        assertThat(Await.result(quotas().admit("alice", "a")).added()).isTrue();
        assertThat(Await.result(quotas().admit("alice", "a")).added()).isFalse();
    }

    @Test
    void jobsThatHaveEndedAreSweptWhenThereIsNoRoom() {
        jobs.put("a", JobState.RUNNING);
        jobs.put("b", JobState.COMPLETED);
        admit("alice", "a");
        admit("alice", "b");

        assertThat(admit("alice", "c")).isTrue();
        assertThat(Await.result(quotas().open("alice")).values())
                .allSatisfy(ids -> assertThat(ids).doesNotContain("b"));
        assertThat(admit("alice", "d")).isFalse();
    }

    @Test
    void aJobThatIsAbsentIsSweptOnceItWouldHaveCome() {
        admit("alice", "a");
        admit("alice", "b");

        assertThat(admit("alice", "c")).as("they may come").isFalse();
        Quotas later = at(Instant.now().plusSeconds(61));
        assertThat(Await.result(later.admit("alice", "c")).allowed()).isTrue();
        assertThat(Await.result(quotas().sweep("alice")))
                .as("the young one stays")
                .isZero();
    }

    @Test
    void rowsAreCountedByTheDay() {
        Quotas today = at(Instant.parse("2026-11-22T23:00:00Z"));
        assertThat(count(today, "a", 0, 600)).isTrue();
        assertThat(count(today, "b", 0, 400)).isTrue();
        QuotaDecision refused = Await.result(today.countRows("alice", "b", 1, 1));

        assertThat(refused.allowed()).isFalse();
        assertThat(refused.message())
                .isEqualTo("the user alice may upload 1000 rows a day (rows_per_day), of which 1000 are used; the"
                        + " quota is reset at 2026-11-23T00:00:00Z");
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofHours(1));
        assertThat(Await.result(today.admit("alice", "c")).allowed())
                .as("not even begun")
                .isFalse();
        assertThat(count(at(Instant.parse("2026-11-23T00:00:00Z")), "b", 1, 1)).isTrue();
        assertThat(store.list(Command.KEYS, "*"))
                .containsExactlyInAnyOrder(Keys.userRows("alice", "2026-11-22"), Keys.userRows("alice", "2026-11-23"));
        assertThat(store.send(Command.PTTL, Keys.userRows("alice", "2026-11-22"))
                        .toLong())
                .isBetween(47L * 3_600_000, 48L * 3_600_000);
    }

    @Test
    void aChunkThatWouldGoBeyondCountsNothing() {
        Quotas quotas = quotas();
        assertThat(count(quotas, "a", 0, 999)).isTrue();
        assertThat(count(quotas, "a", 1, 2)).isFalse();
        assertThat(count(quotas, "b", 0, 1)).isTrue();
    }

    @Test
    void aChunkThatIsSentAgainIsCountedOnce() {
        Quotas quotas = quotas();
        List.of(0, 0, 1, 1, 0)
                .forEach(chunk -> assertThat(count(quotas, "a", chunk, 500)).isTrue());

        assertThat(count(quotas, "a", 2, 1)).isFalse();
    }

    private void giveBack(String job, int kept) {
        Await.result(quotas().refundRows("alice", job, kept));
    }

    @Test
    void theRowsOfAFailedJobAreGivenBackOnce() {
        Quotas quotas = quotas();
        assertThat(count(quotas, "a", 0, 500)).isTrue();
        assertThat(count(quotas, "a", 1, 400)).isTrue();
        assertThat(count(quotas, "b", 0, 101)).isFalse();

        giveBack("a", 20);
        giveBack("a", 20);
        giveBack("a", 500);
        giveBack("unknown", 0);

        assertThat(count(quotas, "a", 1, 400)).as("a chunk that is sent again").isTrue();
        assertThat(count(quotas, "b", 0, 981)).isFalse();
        assertThat(count(quotas, "b", 0, 980)).isTrue();
        Await.result(quotas.refundRows("free", "a", 0));
    }

    @Test
    void aChunkThatComesAfterItsJobHasFailedIsGivenBackToo() {
        Quotas quotas = quotas();
        count(quotas, "a", 0, 500);
        giveBack("a", 0);
        count(quotas, "a", 1, 500);
        giveBack("a", 0);

        assertThat(count(quotas, "b", 0, 1000)).isTrue();
    }
}
