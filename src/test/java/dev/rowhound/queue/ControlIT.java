package dev.rowhound.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.JobState;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.lease.Leases;
import dev.rowhound.queue.result.ItemView;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Pause, resume and retry, and what holds items back. */
class ControlIT extends CheckedQueue {
    private static final ItemResult TIMEOUT = ItemResult.failed(ErrorCode.TIMEOUT, "No answer.", "start");
    private static final ItemResult CRASHED = ItemResult.failed(ErrorCode.BROWSER_CRASHED, "It died.", "start");
    private static final ItemResult BLOCKED = ItemResult.blocked("A code is asked for.", "outcome");

    ControlIT(TestRedis store) {
        super(store);
    }

    private Jobs.ControlResult pause(String job) {
        return Await.result(queue.jobs.pause(job));
    }

    private Jobs.ControlResult resume(String job) {
        return Await.result(queue.jobs.resume(job));
    }

    private Jobs.ControlResult retry(String job, String request, ErrorCode... codes) {
        return Await.result(queue.jobs.retryFailed(job, Set.copyOf(Arrays.asList(codes)), request));
    }

    private static Jobs.ControlResult done(String state) {
        return new Jobs.ControlResult(true, false, state);
    }

    private static Jobs.ControlResult refused(String state) {
        return new Jobs.ControlResult(false, false, state);
    }

    private void end(String job, ItemResult... results) {
        for (ItemResult result : results) {
            Lease lease = queue.claim(job);
            queue.start(lease);
            queue.end(lease, result);
        }
    }

    private Map<String, String> leaseOf(String job) {
        return store.hash(Keys.job(job).owners());
    }

    @Test
    void givesOutNothingOfAPausedJob() {
        String job = queue.running("a", "b", "c");
        Lease running = queue.claim(job);
        queue.start(running);
        Lease claimed = queue.claim(job);

        assertThat(pause(job)).isEqualTo(done("paused"));
        assertThat(pause(job)).isEqualTo(done("paused"));

        assertThat(queue.claim(job, 1)).isEqualTo(Leases.Claim.nothing(false, 0));
        assertThat(queue.start(claimed))
                .as("an item that was claimed before is not begun")
                .isNull();
        assertThat(queue.release(claimed)).isEqualTo(Leases.EndOutcome.OK);
        assertThat(queue.end(running)).isEqualTo(Leases.EndOutcome.OK);
        assertThat(queue.tick(job).work()).isFalse();
        assertThat(queue.tick(job).open()).isTrue();
        assertThat(queue.types(job)).filteredOn("job.paused"::equals).hasSize(1);

        assertThat(resume(job)).isEqualTo(done("running"));
        assertThat(resume(job)).isEqualTo(done("running"));
        assertThat(queue.lastEvent(job).getString("type")).isEqualTo("job.resumed");
        assertThat(queue.tick(job).work()).isTrue();
        end(job, ItemResult.notFound(), ItemResult.notFound());
        assertThat(queue.find(job).state()).isEqualTo(JobState.COMPLETED);
    }

    @Test
    void completesAPausedJobWithItsLastItem() {
        String job = queue.running("a");
        Lease lease = queue.claim(job);
        queue.start(lease);
        pause(job);

        queue.end(lease);

        assertThat(queue.find(job).state()).isEqualTo(JobState.COMPLETED);
        assertThat(resume(job)).isEqualTo(refused("completed"));
    }

    @Test
    void takesBackTheItemsOfLostWorkersOfAPausedJob() {
        String job = queue.running("a");
        queue.start(queue.claimShortly(job));
        pause(job);

        assertThat(queue.tick(job).takenBack()).isEqualTo(1);
        assertThat(queue.count(job, ItemState.RETRYING)).isEqualTo(1);
    }

    @Test
    void cancelsAPausedJob() {
        String job = queue.running("a", "b");
        pause(job);

        assertThat(queue.cancel(job)).isEqualTo(done("cancelled"));
        assertThat(queue.count(job, ItemState.CANCELLED)).isEqualTo(2);
    }

    @Test
    void pausesOnlyWhatRuns() {
        TestUpload upload = queue.receiving("a");
        assertThat(pause(upload.job())).isEqualTo(refused("receiving"));
        assertThat(resume(upload.job())).isEqualTo(refused("receiving"));
        String job = upload.seal();
        queue.cancel(job);

        assertThat(pause(job)).isEqualTo(refused("cancelled"));
        assertThat(pause("none")).isEqualTo(refused(""));
        assertThat(resume("none")).isEqualTo(refused(""));
        assertThat(retry("none", "1")).isEqualTo(refused(""));
    }

    @Test
    void triesFailedRowsAgainAsTheNextGeneration() {
        String job = queue.running("a", "b", "c", "a", "!1", "d", "b");
        end(job, TIMEOUT, ItemResult.found(new JsonObject().put("name", "B")), BLOCKED, CRASHED);
        queue.tick(job);
        assertThat(queue.find(job).state()).isEqualTo(JobState.COMPLETED);
        assertThat(store.send(Command.PTTL, Keys.job(job).meta()).toLong()).isPositive();
        int events = queue.events(job).size();

        assertThat(retry(job, "wish-1")).isEqualTo(done("running"));
        assertThat(retry(job, "wish-1")).isEqualTo(done("running"));

        assertThat(queue.events(job)).hasSize(events + 1);
        JsonObject event = queue.lastEvent(job);
        assertThat(event.getString("type")).isEqualTo("job.retrying");
        assertThat(event.getInteger("gen")).isEqualTo(2);
        assertThat(event.getJsonArray("codes")).isEqualTo(new JsonArray());
        assertThat(queue.open()).containsExactly(job);
        assertThat(queue.claim(job, 5).leases()).as("before the scan").isEmpty();
        assertThat(queue.tick(job)).isEqualTo(new Jobs.Tick(true, true, 0, false, false, "anonymous", 5, false));
        assertThat(queue.find(job).counters())
                .containsEntry(ItemState.WAITING, 4)
                .containsEntry(ItemState.FOUND, 2)
                .containsEntry(ItemState.FAILED, 0)
                .containsEntry(ItemState.BLOCKED, 0);
        JobInvariants.check(store, job);
        List<Lease> leases = queue.claim(job, 5).leases();
        assertThat(leases).extracting(Lease::row).containsExactly(1, 3, 6);
        assertThat(queue.start(leases.get(0))).as("attempts count anew").isEqualTo(1);
        ItemView waiting = queue.page(job, 3).get(0);
        assertThat(waiting.state()).isEqualTo(ItemState.RUNNING);
        assertThat(waiting.error()).isNull();
        leases.forEach(lease -> assertThat(queue.end(lease)).isEqualTo(Leases.EndOutcome.OK));

        JobSnapshot end = queue.find(job);
        assertThat(end.state()).isEqualTo(JobState.COMPLETED);
        assertThat(end.generation()).isEqualTo(2);
        assertThat(end.counters()).containsEntry(ItemState.FOUND, 6).containsEntry(ItemState.INVALID_INPUT, 1);
        assertThat(queue.types(job)).filteredOn("job.completed"::equals).hasSize(2);
        assertThat(retry(job, "wish-2")).isEqualTo(new Jobs.ControlResult(false, true, "completed"));
        assertThat(retry(job, "wish-1")).as("a late repetition").isEqualTo(done("completed"));
    }

    @Test
    void triesOnlyRowsOfTheGivenCodesAgain() {
        String job = queue.running("a", "b", "c");
        end(job, TIMEOUT, BLOCKED, CRASHED);

        retry(job, "wish", ErrorCode.BLOCKED, ErrorCode.TIMEOUT);
        queue.tick(job);

        assertThat(queue.lastEvent(job).getJsonArray("codes"))
                .isEqualTo(new JsonArray().add("timeout").add("blocked"));
        assertThat(queue.claim(job, 5).leases()).extracting(Lease::row).containsExactly(1, 2);
        assertThat(queue.count(job, ItemState.FAILED)).isEqualTo(1);
    }

    @Test
    void countsTheAttemptsOfARetriedRowAnew() {
        String job = queue.running("a");
        Lease lease = queue.claim(job);
        queue.start(lease);
        Await.result(queue.leases.retry(lease, "a", 1, TIMEOUT, 0));
        end(job, TIMEOUT);
        retry(job, "wish");
        queue.tick(job);

        assertThat(queue.start(queue.claim(job))).isEqualTo(1);
    }

    @Test
    void completesAGenerationThatHasNothingToDo() {
        String job = queue.running("a");
        end(job, TIMEOUT);

        assertThat(retry(job, "wish", ErrorCode.DNS).done()).isTrue();
        assertThat(queue.find(job).state()).isEqualTo(JobState.RUNNING);
        assertThat(queue.tick(job).ended()).isTrue();

        assertThat(queue.find(job).state()).isEqualTo(JobState.COMPLETED);
        assertThat(queue.find(job).generation()).isEqualTo(2);
        assertThat(queue.count(job, ItemState.FAILED)).isEqualTo(1);
    }

    @Test
    void scansInSlicesWhileItsFirstRowsAreWorkedOn() {
        TestUpload upload = queue.receiving();
        for (int chunk = 0; chunk < 50; chunk++) {
            int first = chunk * 500;
            upload.append(IntStream.range(first, first + 500)
                    .mapToObj(Integer::toString)
                    .toArray(String[]::new));
        }
        String job = upload.seal();
        int ended = 0;
        while (ended < 25_000) {
            List<Lease> leases = queue.claim(job, 100).leases();
            leases.stream()
                    .map(lease -> queue.leases.end(lease, queue.row(lease), 1, TIMEOUT, List.of()))
                    .toList()
                    .forEach(Await::result);
            ended += leases.size();
        }
        retry(job, "wish");

        assertThat(queue.tick(job).more()).isTrue();
        assertThat(queue.count(job, ItemState.WAITING)).isEqualTo(10_000);
        int taken = 0;
        while (taken < 10_000) {
            List<Lease> leases = queue.claim(job, 1000).leases();
            leases.stream()
                    .map(lease -> queue.leases.end(lease, queue.row(lease), 1, ItemResult.notFound(), List.of()))
                    .toList()
                    .forEach(Await::result);
            taken += leases.size();
        }
        assertThat(queue.claim(job, 1).leases())
                .as("rows that were not scanned yet")
                .isEmpty();
        assertThat(queue.find(job).state()).isEqualTo(JobState.RUNNING);
        assertThat(queue.tick(job).more()).isTrue();
        assertThat(queue.tick(job).more()).isFalse();
        assertThat(queue.claim(job).row()).isEqualTo(10_001);

        // The check of what must always hold needs all events, of which only the last are kept.
        store.send(Command.FLUSHALL);
    }

    @Test
    void keepsAnItemUntilItsHostMayBeAskedAgain() {
        String job = queue.running("a", "b", "c", "d");
        List<Lease> leases = queue.claim(job, 3).leases();

        assertThat(defer(leases.get(0), "slow.example", 60_000)).isTrue();
        assertThat(defer(leases.get(1), "slow.example", 60_000)).isTrue();
        assertThat(defer(leases.get(1), "slow.example", 60_000)).isFalse();

        assertThat(queue.count(job, ItemState.HELD)).isEqualTo(2);
        Map<String, Double> held = store.scores(Keys.job(job).held());
        assertThat(held.get("2") - held.get("1"))
                .as("they come one after the other")
                .isBetween(500.0, 510.0);
        assertThat(queue.types(job)).filteredOn("item.held"::equals).hasSize(2);
        assertThat(queue.lastEvent(job).getString("host")).isEqualTo("slow.example");
        Leases.Claim claim = queue.claim(job, 4);
        assertThat(claim.leases()).extracting(Lease::row).containsExactly(4);
        assertThat(queue.claim(job, 4).waitMillis()).isBetween(50_000L, 60_000L);

        store.send(Command.ZADD, Keys.job(job).held(), 1, 1);
        assertThat(queue.tick(job).work()).isTrue();
        Lease again = queue.claim(job);
        assertThat(again.row()).isEqualTo(1);
        assertThat(defer(again, "slow.example", 0)).isTrue();
        assertThat(queue.types(job))
                .as("told once, however often its turn is put off")
                .filteredOn("item.held"::equals)
                .hasSize(2);
        store.send(Command.ZADD, Keys.job(job).held(), 1, 1);
        again = queue.claim(job);
        assertThat(queue.renew(again)).isTrue();
        assertThat(queue.start(again)).isEqualTo(1);
        assertThat(defer(again, "slow.example", 0)).as("a started item").isFalse();
        assertThat(queue.end(again)).isEqualTo(Leases.EndOutcome.OK);
    }

    private boolean defer(Lease lease, String host, long wait) {
        return Await.result(queue.leases.defer(lease, "key" + lease.row(), host, wait, 500));
    }

    @Test
    void keepsToAJobsConcurrency() {
        String job = queue.running("a", "b", "c", "d");
        store.send(Command.HSET, Keys.job(job).meta(), "conc", 2);

        List<Lease> leases = queue.claim(job, 4).leases();

        assertThat(leases).hasSize(2);
        assertThat(queue.claim(job, 4).leases()).isEmpty();
        queue.end(leases.get(0));
        assertThat(queue.claim(job, 4).leases()).extracting(Lease::row).containsExactly(3);
        assertThat(leaseOf(job)).hasSize(2);
    }

    @Test
    void pausesBetweenTheStartsOfAJobsItems() {
        String job = queue.running("a", "b", "c", "d");
        store.send(Command.HSET, Keys.job(job).meta(), "delay_min", 20_000, "delay_max", 30_000);

        assertThat(queue.claim(job, 4).leases()).hasSize(1);
        Leases.Claim claim = queue.claim(job, 4);
        assertThat(claim.leases()).isEmpty();
        assertThat(claim.waitMillis()).isBetween(15_000L, 30_000L);
        store.send(Command.HSET, Keys.job(job).meta(), "paced", 1);
        assertThat(queue.claim(job, 4).leases()).hasSize(1);
    }
}
