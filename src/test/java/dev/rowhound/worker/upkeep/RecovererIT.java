package dev.rowhound.worker.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.job.JobState;
import dev.rowhound.limit.QuotaConfig;
import dev.rowhound.limit.QuotaConfig.Quota;
import dev.rowhound.limit.Quotas;
import dev.rowhound.progress.Wakeups;
import dev.rowhound.queue.FairScheduler;
import dev.rowhound.queue.TestQueue;
import dev.rowhound.queue.TestUpload;
import dev.rowhound.queue.WorkSignal;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.job.OpenJobs;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.RedisConnector;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestRedis.Extension.class)
@Timeout(60)
class RecovererIT {
    private final TestRedis store;
    private final TestQueue queue;
    private final Quotas quotas;

    RecovererIT(TestRedis store) {
        this.store = store;
        this.queue = new TestQueue(store);
        this.quotas = new Quotas(
                store.connector(),
                new QuotaConfig(new Quota(0, 1, 10, 0, 1), Map.of()),
                job -> Future.succeededFuture(JobState.RUNNING),
                "node1",
                Clock.systemUTC());
    }

    private boolean rowsAreLeft(int rows) {
        return Await.result(quotas.countRows("an", "other", 0, rows)).allowed();
    }

    @Test
    void aLostUploadGivesBackWhatItsUserHadForIt() throws Exception {
        TestUpload upload = queue.receivingOf("an", "a", "b", "c", "d");
        String job = upload.job();
        assertThat(Await.result(quotas.admit("an", job)).allowed()).isTrue();
        // The last chunk was counted and did not come in.
        assertThat(Await.result(quotas.countRows("an", job, 0, 4)).allowed()).isTrue();
        assertThat(Await.result(quotas.countRows("an", job, 1, 6)).allowed()).isTrue();
        queue.end(queue.claim(job));
        assertThat(rowsAreLeft(1)).isFalse();
        store.send(Command.HSET, Keys.job(job).meta(), "upload_until", 1);

        RedisConnector redis = store.connector();
        Vertx vertx = store.vertx();
        Recoverer recoverer = new Recoverer(
                new OpenJobs(redis),
                new Jobs(redis, TestQueue.config()),
                new FairScheduler(redis, user -> 1),
                FairScheduler.ofQuestions(redis, user -> 1),
                quotas,
                new WorkSignal(vertx),
                new Wakeups(vertx));
        String deployment = Await.result(vertx.deployVerticle(recoverer));
        try {
            Await.until("nine rows, as one was looked up", () -> rowsAreLeft(9));
        } finally {
            Await.result(vertx.undeploy(deployment));
        }

        assertThat(Await.result(quotas.countRows("an", "more", 0, 1)).allowed()).isFalse();
        assertThat(Await.result(quotas.admit("an", "next")).message())
                .as("the place among the open jobs is free: %s", job)
                .doesNotContain("open_jobs");
    }
}
