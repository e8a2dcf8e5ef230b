package dev.rowhound.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.Row;
import dev.rowhound.queue.FairScheduler.QueuedJob;
import dev.rowhound.queue.job.NewJob;
import dev.rowhound.queue.job.Uploads;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.TestRedis;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A small job beside large ones is done when its share of the work has been, whichever came first. */
@ExtendWith(TestRedis.Extension.class)
@Timeout(120)
class FairnessIT {
    private final TestRedis store;
    private final TestQueue queue;
    private final FairScheduler turns;
    private final Uploads uploads;
    private final Map<String, Integer> weights = new HashMap<>();
    private final Map<String, QueuedJob> jobs = new HashMap<>();

    FairnessIT(TestRedis store) {
        this.store = store;
        this.queue = new TestQueue(store);
        this.turns = new FairScheduler(store.connector(), user -> weights.getOrDefault(user, 1));
        this.uploads = new Uploads(store.connector(), TestQueue.PATIENT, turns);
    }

    private String job(String user, int priority, int rows) {
        NewJob job = TestUpload.newJob(UUID.randomUUID().toString(), user);
        NewJob paced = new NewJob(
                job.id(),
                job.user(),
                job.specification(),
                job.file(),
                job.columns(),
                job.keyColumn(),
                job.header(),
                job.fingerprint(),
                job.ttl(),
                new NewJob.Pace(priority, 0, 0, 0),
                NewJob.Halts.NEVER,
                null);
        Uploads.Upload upload = Uploads.upload(job.id());
        Keys.Job keys = Keys.job(job.id());
        Await.result(uploads.open(upload, paced));
        // One chunk for all rows: their text is not read here.
        Await.result(store.connector()
                .run(
                        Scripts.APPEND,
                        keys.forAppending(),
                        List.of(Nonces.next(), upload.token(), 60_000, 0, 1, rows, "", "", 0, "")));
        jobs.put(job.id(), new QueuedJob(job.id(), user, priority));
        Await.result(turns.offer(jobs.get(job.id())));
        Await.result(uploads.seal(upload, rows, "digest"));
        return job.id();
    }

    private List<String> largeJobs(String user) {
        return IntStream.range(0, 6).mapToObj(job -> job(user, 5, 100_000)).toList();
    }

    /** Works by turns until that job has ended: how many items that took. */
    private int workedUntilEnded(String small, int atOnce) {
        int worked = 0;
        while (!queue.find(small).state().terminal()) {
            assertThat(worked).as("items until the small job has ended").isLessThan(1000);
            worked += work(atOnce);
        }
        Await.result(turns.remove(small));
        return worked;
    }

    @Test
    void endsASmallJobBesideSixLargeOnesWithinItsShare() {
        List<String> large = largeJobs("lan");
        for (int turn = 0; turn < 60; turn++) {
            work(1);
        }
        String small = job("lan", 5, 10);

        // A seventh of the work is its own, and one turn each may lie before its last.
        assertThat(workedUntilEnded(small, 1)).isBetween(60, 77);

        String next = job("lan", 5, 10);
        assertThat(workedUntilEnded(next, 4)).as("four items at a time").isBetween(10, 7 * 12 + 6 * 4);

        String another = job("minh", 5, 10);
        assertThat(workedUntilEnded(another, 1))
                .as("half of it for another user")
                .isBetween(16, 22);

        weights.put("hoa", 4);
        String heavy = job("hoa", 5, 10);
        assertThat(workedUntilEnded(heavy, 1)).as("a heavier user").isBetween(10, 16);

        String urgent = job("lan", 10, 10);
        assertThat(workedUntilEnded(urgent, 1))
                .as("a quarter of the user's, as one of weight 10 beside six of 5")
                .isBetween(34, 48);
        large.forEach(job -> assertThat(queue.count(job, ItemState.WAITING)).isGreaterThan(99_000));
    }

    /** One turn: how many items it had. */
    private int work(int atOnce) {
        String job = Await.result(turns.pick(atOnce));
        List<Lease> leases = queue.claim(job, atOnce).leases();
        // What is not had is not charged for, and a job that gives nothing leaves until it is offered again.
        if (leases.size() < atOnce) {
            Await.result(turns.refund(jobs.get(job), atOnce - leases.size()));
        }
        if (leases.isEmpty()) {
            Await.result(turns.park(job));
        }
        leases.forEach(lease -> Await.result(queue.leases.end(
                lease, new Row(lease.row(), "", 0, null, List.of()), 1, ItemResult.notFound(), List.of())));
        return leases.size();
    }
}
