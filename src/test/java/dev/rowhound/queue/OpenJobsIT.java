package dev.rowhound.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.job.OpenJobs;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.MeddlingProxy;
import dev.rowhound.redis.RedisConnector;
import dev.rowhound.redis.TestRedis;
import io.vertx.redis.client.Command;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestRedis.Extension.class)
@Timeout(60)
class OpenJobsIT {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(1);

    private final TestRedis store;
    private final TestQueue queue;
    private final OpenJobs one;
    private final OpenJobs other;

    OpenJobsIT(TestRedis store) {
        this.store = store;
        this.queue = new TestQueue(store);
        this.one = new OpenJobs(store.connector());
        this.other = new OpenJobs(store.connector());
    }

    private void forget(String job) {
        store.send(Command.DEL, Keys.openJobs(job));
    }

    @Test
    void oneNodeLooksAfterAJobAtATime() {
        String job = queue.running("a");

        assertThat(Await.result(one.sweep(LONG))).containsExactly(job);
        assertThat(Await.result(other.sweep(LONG))).isEmpty();
    }

    @Test
    void anotherNodeTakesOver() throws InterruptedException {
        String job = queue.running("a");
        Await.result(one.sweep(SHORT));
        Thread.sleep(10);

        assertThat(Await.result(other.sweep(LONG))).containsExactly(job);
    }

    @Test
    void putsBackWhatTheIndexHasLost() throws InterruptedException {
        String job = queue.running("a");
        String ended = queue.running("a");
        Await.result(one.sweep(SHORT));
        one.found(job, true);
        one.found(ended, true);
        one.found(ended, false);
        forget(job);
        forget(ended);
        Thread.sleep(10);

        assertThat(Await.result(one.sweep(LONG))).containsExactly(job);
        assertThat(queue.open()).containsExactly(job);
    }

    @Test
    void buildsTheIndexesFromTheJobs() {
        String job = queue.running("a");
        String ended = queue.running("a");
        queue.cancel(ended);
        List.of(job, ended).forEach(this::forget);
        store.send(Command.DEL, Keys.userJobs("anonymous"));

        Await.result(one.reindex());

        assertThat(queue.open()).containsExactly(job);
        assertThat(Await.result(queue.jobs.list("anonymous", 10)))
                .extracting(JobSnapshot::id)
                .containsExactlyInAnyOrder(job, ended);
    }

    @Test
    void findsInTheUsersIndexWhatAllOthersHaveLost() {
        String job = queue.running("a");
        forget(job);
        store.send(Command.DEL, Keys.allJobs(job));

        Await.result(one.reindex());

        assertThat(queue.open()).containsExactly(job);
        assertThat(store.list(Command.SMEMBERS, Keys.allJobs(job))).containsExactly(job);
    }

    @Test
    void takesWhatHasGoneOutOfTheIndexOfAllJobs() {
        String job = queue.running("a");
        store.send(Command.DEL, Keys.job(job).meta());
        assertThat(Await.result(queue.jobs.list("anonymous", 10))).isEmpty();

        Await.result(one.reindex());

        assertThat(store.list(Command.SMEMBERS, Keys.allJobs(job))).isEmpty();
        assertThat(store.list(Command.SMEMBERS, Keys.USERS)).isEmpty();
    }

    @Test
    void takesWhatHasGoneOutOfItsUsersIndexAndTheUserWithTheLast() {
        String job = queue.running("a");
        String gone = queue.running("a");
        store.send(Command.DEL, Keys.job(gone).meta());

        Await.result(one.reindex());

        assertThat(store.list(Command.ZRANGE, Keys.userJobs("anonymous"), 0, -1))
                .containsExactly(job);
        assertThat(store.list(Command.SMEMBERS, Keys.USERS)).containsExactly("anonymous");

        store.send(Command.DEL, Keys.job(job).meta());
        Await.result(one.reindex());

        assertThat(store.list(Command.SMEMBERS, Keys.USERS)).isEmpty();
    }

    @Test
    void aJobThatGoesOnIsIndexedThoughASweeperHasTakenItForEndedMeanwhile() {
        String job = queue.running("a");
        queue.fail(job);
        try (MeddlingProxy proxy =
                new MeddlingProxy(store.vertx(), store.url(), Scripts.CONTROL.sha1(), () -> queue.jobs.tick(job))) {
            RedisConnector slow = new RedisConnector(store.vertx(), proxy.url(), 10_000);
            Await.result(slow.ping());

            Await.result(new Jobs(slow, TestQueue.PATIENT).retryFailed(job, Set.of(), "retry"));

            Await.result(slow.close());
        }
        assertThat(queue.open()).containsExactly(job);
        queue.tick(job); // puts the rows back
        assertThat(queue.tick(job).work()).isTrue();
    }
}
