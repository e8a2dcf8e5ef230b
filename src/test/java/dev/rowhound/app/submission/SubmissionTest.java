package dev.rowhound.app.submission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.config.JsonReader;
import dev.rowhound.config.Problems;
import dev.rowhound.job.NameIds;
import dev.rowhound.queue.FairScheduler;
import dev.rowhound.queue.QueueConfig;
import dev.rowhound.queue.job.Uploads;
import dev.rowhound.redis.RedisConnector;
import dev.rowhound.redis.RetryPolicy;
import dev.rowhound.redis.StoreUnavailableException;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A submission whose store is away. */
class SubmissionTest {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    /** A clock that a pause moves on at once. */
    private static final class Pauses implements RetryPolicy.Timing {
        private final AtomicLong nanos = new AtomicLong();
        private final AtomicInteger count = new AtomicInteger();

        @Override
        public long nanoTime() {
            return nanos.get();
        }

        @Override
        public void after(long millis, Runnable action) {
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(6));
            count.incrementAndGet();
            action.run();
        }

        @Override
        public double random() {
            return 0;
        }
    }

    @Test
    void sealsAgainBeforeItGivesUp() {
        RedisConnector away = new RedisConnector(vertx, "redis://127.0.0.1:1", 100);
        QueueConfig config = QueueConfig.from(new JsonReader(new JsonObject(), new Problems("the test")));
        Uploads uploads = new Uploads(away, config, new FairScheduler(away, user -> 1));
        Pauses pauses = new Pauses();
        Submissions parts = new Submissions(
                null, uploads, null, null, null, null, null, null, null, new NameIds("a secret of the test"), pauses);
        JobSource source =
                new JobSource(UUID.randomUUID().toString(), false, "an", "codes.csv", Duration.ofHours(1), null);
        Submission submission = new Submission(parts, null, source);

        assertThatThrownBy(() -> submission.finish(2, "digest").await(20, TimeUnit.SECONDS))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(pauses.count).hasValue(3);
    }
}
