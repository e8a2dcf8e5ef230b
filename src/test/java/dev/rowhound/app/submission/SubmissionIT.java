package dev.rowhound.app.submission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.TestNode;
import dev.rowhound.app.StoreRoom;
import dev.rowhound.app.recipe.RecipeChoice;
import dev.rowhound.artifact.FolderArtifactStore;
import dev.rowhound.config.JsonReader;
import dev.rowhound.config.Problems;
import dev.rowhound.crawl.LookupKind;
import dev.rowhound.intake.CsvIntake;
import dev.rowhound.job.JobState;
import dev.rowhound.job.NameIds;
import dev.rowhound.job.WorkKinds;
import dev.rowhound.limit.QuotaConfig;
import dev.rowhound.limit.Quotas;
import dev.rowhound.progress.Wakeups;
import dev.rowhound.queue.FairScheduler;
import dev.rowhound.queue.QueueConfig;
import dev.rowhound.queue.WorkSignal;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.job.Uploads;
import dev.rowhound.recipe.RecipeBook;
import dev.rowhound.recipestore.RecipeCatalogue;
import dev.rowhound.recipestore.RecipeStore;
import dev.rowhound.redis.MemoryGauge;
import dev.rowhound.redis.RetryPolicy;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A submission whose client leaves when its file is whole. */
@ExtendWith(TestRedis.Extension.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class SubmissionIT {
    private static final byte[] FILE = "tax_code\n0101340108\n".getBytes(StandardCharsets.UTF_8);
    private static final IOException LEFT = new IOException("the client has disconnected");

    private final TestRedis redis;
    private final Jobs jobs;
    private final String id = UUID.randomUUID().toString();

    @TempDir
    private Path folder;

    private Submissions parts;
    private Submission submission;

    SubmissionIT(TestRedis redis) {
        this.redis = redis;
        this.jobs = new Jobs(redis.connector(), config());
    }

    private static QueueConfig config() {
        return QueueConfig.from(new JsonReader(new JsonObject(), new Problems("the test")));
    }

    @BeforeEach
    void read() throws Exception {
        Vertx vertx = redis.vertx();
        RecipeCatalogue recipes = new RecipeCatalogue(
                RecipeBook.load(TestNode.home().resolve("conf/recipes")), new RecipeStore(redis.connector()));
        WorkKinds kinds = WorkKinds.of(
                new LookupKind(() -> null, fields -> RecipeChoice.of(fields).in(recipes)));
        parts = new Submissions(
                jobs,
                new Uploads(redis.connector(), config(), new FairScheduler(redis.connector(), user -> 1)),
                new Quotas(
                        redis.connector(),
                        QuotaConfig.NONE,
                        job -> Future.succeededFuture(JobState.RUNNING),
                        "n1",
                        Clock.systemUTC()),
                new StoreRoom(new MemoryGauge(redis.connector(), 100)),
                new Wakeups(vertx),
                new WorkSignal(vertx),
                new FolderArtifactStore(folder.resolve("artifacts")),
                new CsvIntake(folder.resolve("keys"), 1000),
                kinds,
                new NameIds("a secret of the deployment"),
                RetryPolicy.Timing.of(vertx));
        SubmissionForm form = get(SubmissionForm.ofStored(new JsonObject().put("recipe", "companies"), kinds));
        submission =
                new Submission(parts, form, new JobSource(id, false, "an", "codes.csv", Duration.ofHours(1), null));
        assertThat(submission.run(new ByteArrayInputStream(FILE))).isEqualTo(1);
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.await(20, TimeUnit.SECONDS);
    }

    private List<String> files() throws Exception {
        try (Stream<String> names = parts.artifacts().names(id)) {
            return names.toList();
        }
    }

    @Test
    void aSealedJobGoesOnWithItsFile() throws Exception {
        get(submission.finish(1, "digest"));
        submission.undo(LEFT);

        assertThat(get(jobs.find(id)).state()).isEqualTo(JobState.RUNNING);
        assertThat(files()).hasSize(1);
    }

    @Test
    void aJobThatWasNotSealedFails() throws Exception {
        submission.undo(LEFT);

        assertThat(get(jobs.find(id)).state()).isEqualTo(JobState.FAILED);
        assertThat(files()).isEmpty();
    }

    @Test
    void aJobWhoseSealComesTooLateFails() throws Exception {
        submission.undo(LEFT);
        assertThat(submission
                        .finish(1, "digest")
                        .transform(tried -> Future.succeededFuture(tried.failed()))
                        .await(20, TimeUnit.SECONDS))
                .isTrue();
        submission.undo(LEFT);

        assertThat(get(jobs.find(id)).state()).isEqualTo(JobState.FAILED);
        assertThat(files()).isEmpty();
    }
}
