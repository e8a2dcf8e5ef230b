package dev.rowhound.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.JobState;
import dev.rowhound.job.Row;
import dev.rowhound.queue.job.NewJob;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.Future;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The edges of samples and of runs of refusals; see {@link ScriptSequencesIT} for what comes of all the rest. */
@ExtendWith(TestRedis.Extension.class)
@Timeout(60)
class HaltsIT {
    private static final ItemResult BLOCKED = ItemResult.blocked("A code is asked for.", "start");

    private final TestRedis store;
    private final TestQueue queue;

    HaltsIT(TestRedis store) {
        this.store = store;
        this.queue = new TestQueue(store);
    }

    private String running(int sample, int blocks) {
        NewJob.Halts halts = new NewJob.Halts(sample, blocks);
        return new TestUpload(queue, "anonymous", NewJob.Pace.DEFAULT, halts)
                .append("a", "b", "c", "d", "e", "f")
                .seal();
    }

    private String reason(String job) {
        assertThat(queue.find(job).state()).isEqualTo(JobState.PAUSED);
        return StoredJob.reason(queue.find(job).reason());
    }

    @Test
    void aPauseWithinTheSampleLeavesTheRestOfItToBeRunFirst() {
        String job = running(3, 0);
        queue.end(queue.claim(job));
        Await.result(queue.jobs.pause(job));
        assertThat(reason(job)).isEqualTo("user");
        Await.result(queue.jobs.resume(job));
        List<Lease> rest = queue.claim(job, 10).leases();
        assertThat(rest.stream().map(Lease::row)).containsExactly(2, 3);
        rest.forEach(queue::end);
        assertThat(reason(job)).isEqualTo("sample 3");
        Await.result(queue.jobs.resume(job));
        assertThat(queue.claim(job, 10).leases().stream().map(Lease::row)).containsExactly(4, 5, 6);
        JobInvariants.check(store, job);
    }

    @Test
    void refusalsPauseTheJobThoughACallThatEndsThemBringsAnotherEndAsWell() {
        String job = running(0, 2);
        List<Lease> leases = queue.claim(job, 3).leases();
        Await.result(Future.future(ended -> store.vertx().runOnContext(none -> {
            Future<?> first = end(leases.get(0), BLOCKED);
            Future<?> second = end(leases.get(1), BLOCKED);
            Future.all(first, second, end(leases.get(2), ItemResult.notFound()))
                    .<Void>mapEmpty()
                    .onComplete(ended);
        })));
        assertThat(reason(job)).isEqualTo("blocked 2");
        assertThat(queue.types(job)).endsWith("item.ended", "item.ended", "job.paused", "item.ended");
        JobInvariants.check(store, job);
    }

    private Future<?> end(Lease lease, ItemResult result) {
        return queue.leases.end(lease, new Row(lease.row(), "k", 0, null, List.of("k")), 1, result, List.of());
    }

    @Test
    void refusalsPauseTheJobWhileFailedRowsAreStillPutBack() {
        TestUpload upload = new TestUpload(queue, "anonymous", NewJob.Pace.DEFAULT, new NewJob.Halts(0, 1));
        String[] keys = new String[10_001];
        Arrays.setAll(keys, row -> row < 2 ? "k" + row : "!" + row);
        String job = upload.append(keys).seal();
        queue.end(queue.claim(job), BLOCKED);
        Await.result(queue.jobs.resume(job));
        queue.end(queue.claim(job));
        queue.retry(job);
        assertThat(queue.tick(job).more()).isTrue();
        queue.end(queue.claim(job), BLOCKED);
        assertThat(reason(job)).isEqualTo("blocked 1");
        JobInvariants.check(store, job);
        queue.tick(job);
        assertThat(queue.find(job).state()).isEqualTo(JobState.COMPLETED);
    }
}
