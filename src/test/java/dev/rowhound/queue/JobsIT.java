package dev.rowhound.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.JobState;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.job.UploadEndedException;
import dev.rowhound.queue.lease.Leases.EndOutcome;
import dev.rowhound.queue.result.ItemView;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JobsIT extends CheckedQueue {
    private static final Jobs.Tick ENDED = new Jobs.Tick(false, false, 0, true, false, "", 0, false);

    JobsIT(TestRedis store) {
        super(store);
    }

    @Test
    void takesBackAnItemThatWasNotStartedAsIfNobodyHadTakenIt() {
        String job = queue.running("a", "b");
        for (int loss = 0; loss < 5; loss++) {
            assertThat(queue.claimShortly(job).row()).isEqualTo(1);
            assertThat(queue.tick(job)).isEqualTo(new Jobs.Tick(true, true, 1, false, false, "anonymous", 5, false));
        }

        assertThat(queue.count(job, ItemState.RETRYING)).isEqualTo(1);
        assertThat(queue.types(job)).containsExactly("job.receiving", "job.running");
        Lease lease = queue.claim(job);
        assertThat(lease.row()).isEqualTo(1);
        assertThat(queue.start(lease)).isEqualTo(1);
    }

    @Test
    void takesBackAnItemThatWasStartedAndSaysSo() {
        String job = queue.running("a", "b");
        Lease lost = queue.claimShortly(job);
        queue.start(lost);

        assertThat(queue.tick(job).takenBack()).isEqualTo(1);

        JsonObject event = queue.lastEvent(job);
        assertThat(event.getString("type")).isEqualTo("item.retrying");
        assertThat(event.getInteger("row")).isEqualTo(1);
        assertThat(event.getInteger("attempt")).isEqualTo(1);
        assertThat(event.getInteger("delay_ms")).isZero();
        assertThat(event.getJsonObject("error").getString("code")).isEqualTo("worker_lost");
        assertThat(queue.start(queue.claim(job)))
                .as("the attempt that lost its worker has a limit of its own")
                .isEqualTo(1);
    }

    @Test
    void endsAnItemThatHasLostTooManyWorkers() {
        String job = queue.running("a", "b", "a");
        for (int crash = 0; crash < 3; crash++) {
            queue.start(queue.claimShortly(job));
            queue.tick(job);
        }

        JsonObject event = queue.lastEvent(job);
        assertThat(event.getString("type")).isEqualTo("item.ended");
        assertThat(event.getString("key")).isEqualTo("key1");
        assertThat(event.getString("state")).isEqualTo("failed");
        assertThat(event.getInteger("rows")).isEqualTo(2);
        assertThat(event.getInteger("attempts")).isEqualTo(3);
        ItemView view = queue.page(job, 1).get(0);
        assertThat(view.state()).isEqualTo(ItemState.FAILED);
        assertThat(view.error().code().wire()).isEqualTo("worker_lost");
        assertThat(view.attempts()).isEqualTo(3);
        assertThat(queue.count(job, ItemState.FAILED)).isEqualTo(2);
        assertThat(queue.find(job).state()).isEqualTo(JobState.RUNNING);
    }

    @Test
    void countsNoCrashForAnItemThatWasNotStarted() {
        String job = queue.running("a");
        for (int crash = 0; crash < 2; crash++) {
            queue.start(queue.claimShortly(job));
            queue.tick(job);
        }
        queue.claimShortly(job);
        queue.tick(job);

        assertThat(queue.count(job, ItemState.RETRYING)).isEqualTo(1);
        queue.start(queue.claimShortly(job));
        queue.tick(job);
        assertThat(queue.count(job, ItemState.FAILED)).isEqualTo(1);
    }

    @Test
    void completesAJobWhoseLastItemLosesItsWorkers() {
        String job = queue.running("a");
        for (int crash = 0; crash < 3; crash++) {
            queue.start(queue.claimShortly(job));
            queue.tick(job);
        }

        assertThat(queue.find(job).state()).isEqualTo(JobState.COMPLETED);
        assertThat(queue.tick(job)).isEqualTo(ENDED);
    }

    @Test
    void holdsAnEndedJobForItsReadersAndNotForLongerThanItMay() {
        String job = queue.running("a");
        String meta = Keys.job(job).meta();
        JobSnapshot read = queue.find(job);
        assertThat(Await.result(queue.jobs.extend(read))).isTrue();
        assertThat(store.send(Command.PTTL, meta).toLong()).as("an open job").isEqualTo(-1);
        store.send(Command.HSET, meta, "ttl", 1000);
        queue.cancel(job);
        queue.tick(job);
        assertThat(left(job)).as("it was being read when its time began").isBetween(50_000L, 60_000L);
        assertThat(Keys.job(job).all().stream()
                        .map(key -> store.send(Command.PEXPIRETIME, key).toLong())
                        .filter(deadline -> deadline > 0)
                        .distinct())
                .as("all keys go at one moment")
                .hasSize(1);

        Keys.job(job).all().forEach(key -> store.send(Command.PEXPIRE, key, 5000));
        assertThat(Await.result(queue.jobs.extend(read))).isTrue();
        assertThat(left(job)).isBetween(50_000L, 60_000L);
        assertThat(store.send(Command.PTTL, Keys.job(job).input()).toLong()).isBetween(50_000L, 60_000L);

        Keys.job(job).all().forEach(key -> store.send(Command.PEXPIRE, key, 59_000));
        store.send(Command.HSET, meta, "kept_last", store.hash(meta).get("created"));
        assertThat(Await.result(queue.jobs.extend(read))).isTrue();
        assertThat(left(job)).as("no longer than it may").isLessThanOrEqualTo(59_000);

        store.send(Command.HSET, meta, "created", 1);
        assertThat(Await.result(queue.jobs.extend(read)))
                .as("another job of the id")
                .isFalse();
    }

    /** After how many milliseconds the job expires. */
    private long left(String job) {
        return store.send(Command.PTTL, Keys.job(job).meta()).toLong();
    }

    @Test
    void takesBackAHundredItemsAtATime() {
        String job = queue.running(
                IntStream.range(0, 150).mapToObj(Integer::toString).toArray(String[]::new));
        Await.result(queue.shortLeases.claim(job, 150));

        assertThat(queue.tick(job).takenBack()).isEqualTo(100);
        assertThat(queue.tick(job).takenBack()).isEqualTo(50);
        assertThat(queue.tick(job).takenBack()).isZero();
    }

    @Test
    void leavesItemsThatAreHeld() {
        String job = queue.running("a");
        Lease lease = queue.claim(job);

        assertThat(queue.tick(job)).isEqualTo(new Jobs.Tick(true, false, 0, false, false, "anonymous", 5, false));
        assertThat(queue.end(lease)).isEqualTo(EndOutcome.OK);
    }

    @Test
    void failsAJobWhoseUploadIsGone() throws Exception {
        TestUpload upload = queue.receiving("a", "b", "!1");
        Lease running = queue.claim(upload.job());
        queue.start(running);
        Lease done = queue.claim(upload.job());
        queue.end(done);
        assertThat(queue.tick(upload.job()).open()).isTrue();
        store.send(Command.HSET, Keys.job(upload.job()).meta(), "upload_until", 1);

        assertThat(queue.tick(upload.job())).isEqualTo(ENDED);

        JobSnapshot job = queue.find(upload.job());
        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.reason().getString("code")).isEqualTo("upload_aborted");
        assertThat(job.counters())
                .containsEntry(ItemState.FOUND, 1)
                .containsEntry(ItemState.INVALID_INPUT, 1)
                .containsEntry(ItemState.CANCELLED, 1)
                .containsEntry(ItemState.RUNNING, 0);
        assertThat(queue.end(running)).isEqualTo(EndOutcome.STALE);
        assertThat(Await.failure(queue.uploads.append(upload.right(), upload.chunk("c"))))
                .isInstanceOf(UploadEndedException.class)
                .hasMessage("the job no longer accepts rows; it is failed");
        assertThat(queue.open()).isEmpty();
    }

    @Test
    void cancelsAJobThatRuns() {
        String job = queue.running("a", "b", "c", "d", "a", "!1");
        List<Lease> leases = queue.claim(job, 3).leases();
        queue.start(leases.get(0));
        queue.end(leases.get(0));
        queue.release(leases.get(1));
        queue.start(leases.get(2));

        assertThat(queue.cancel(job)).isEqualTo(new Jobs.ControlResult(true, false, "cancelled"));

        JobSnapshot snapshot = queue.find(job);
        assertThat(snapshot.state()).isEqualTo(JobState.CANCELLED);
        assertThat(snapshot.counters())
                .containsEntry(ItemState.FOUND, 2)
                .containsEntry(ItemState.INVALID_INPUT, 1)
                .containsEntry(ItemState.CANCELLED, 3)
                .containsEntry(ItemState.WAITING, 0)
                .containsEntry(ItemState.RUNNING, 0)
                .containsEntry(ItemState.RETRYING, 0);
        Map<String, String> before = store.dump(job);
        assertThat(queue.cancel(job)).isEqualTo(new Jobs.ControlResult(true, false, "cancelled"));
        assertThat(queue.claim(job, 1).leases()).isEmpty();
        assertThat(queue.renew(leases.get(2))).isFalse();
        assertThat(queue.end(leases.get(2))).isEqualTo(EndOutcome.STALE);
        assertThat(queue.release(leases.get(2))).isEqualTo(EndOutcome.STALE);
        assertThat(queue.end(leases.get(0))).isEqualTo(EndOutcome.AGAIN);
        assertThat(store.dump(job)).isEqualTo(before);
    }

    @Test
    void cancelsAJobThatReceives() {
        TestUpload upload = queue.receiving("a", "b");

        assertThat(queue.cancel(upload.job()).done()).isTrue();

        assertThat(queue.find(upload.job()).total()).isEqualTo(2);
        assertThat(queue.count(upload.job(), ItemState.CANCELLED)).isEqualTo(2);
    }

    @Test
    void cancelsNothingThatHasEnded() {
        String completed = queue.running("!1");
        TestUpload failed = queue.receiving("a");
        Await.result(queue.uploads.fail(
                failed.right(), new JsonObject().put("code", "bad_row").put("message", "The quote is never closed.")));

        assertThat(queue.cancel(completed)).isEqualTo(new Jobs.ControlResult(false, false, "completed"));
        assertThat(queue.cancel(failed.job())).isEqualTo(new Jobs.ControlResult(false, false, "failed"));
        assertThat(queue.cancel("none")).isEqualTo(new Jobs.ControlResult(false, false, ""));
    }

    @Test
    void letsAllKeysOfAnEndedJobExpireTogether() {
        String job = queue.running("a", "b", "a", "!1");
        Lease retried = queue.claim(job);
        queue.release(retried);
        assertThat(queue.tick(job).open()).isTrue();
        assertThat(queue.open()).containsExactly(job);
        queue.cancel(job);

        assertThat(queue.tick(job)).isEqualTo(ENDED);

        assertThat(queue.open()).isEmpty();
        Keys.Job keys = Keys.job(job);
        for (String key : List.of(keys.meta(), keys.events(), keys.states(), keys.input(), keys.chunkIndex())) {
            assertThat(store.send(Command.PTTL, key).toLong()).as(key).isBetween(3_500_000L, 3_600_000L);
        }
        // The time runs from the job's end, not from the last look at it.
        store.send(Command.PEXPIRE, keys.meta(), 1_000_000);
        queue.tick(job);
        assertThat(store.send(Command.PTTL, keys.meta()).toLong()).isLessThanOrEqualTo(1_000_000);
    }

    @Test
    void sweepsAnOpenJobThatIsNone() {
        store.send(Command.SADD, Keys.openJobs("none"), "none");
        String job = queue.running("a");

        assertThat(queue.tick("none")).isEqualTo(ENDED);

        assertThat(queue.open()).containsExactly(job);
    }

    @Test
    void listsAUsersOwnJobsTheYoungestFirst() {
        TestUpload first = new TestUpload(queue, "lan");
        TestUpload second = new TestUpload(queue, "lan");
        TestUpload other = new TestUpload(queue, "minh");
        String index = Keys.userJobs("lan");
        store.send(Command.ZADD, index, 1, first.job(), 2, second.job(), 3, "gone", 4, other.job());

        assertThat(Await.result(queue.jobs.list("lan", 10)))
                .extracting(JobSnapshot::id)
                .containsExactly(second.job(), first.job());
        assertThat(store.list(Command.ZRANGE, index, 0, -1)).containsExactly(first.job(), second.job());
        assertThat(Await.result(queue.jobs.list("lan", 1)))
                .extracting(JobSnapshot::id)
                .containsExactly(second.job());
        assertThat(Await.result(queue.jobs.list("minh", 10)))
                .extracting(JobSnapshot::id)
                .containsExactly(other.job());
        assertThat(Await.result(queue.jobs.list("nobody", 10))).isEmpty();
    }

    @Test
    void findsNoJobWhereThereIsNone() {
        assertThat(queue.find("none")).isNull();
    }
}
