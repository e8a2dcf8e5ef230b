package dev.rowhound.app.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.SteppedClock;
import dev.rowhound.TestNode;
import dev.rowhound.app.StoreRoom;
import dev.rowhound.app.recipe.RecipeChoice;
import dev.rowhound.app.submission.JobSource;
import dev.rowhound.app.submission.Submission;
import dev.rowhound.app.submission.SubmissionForm;
import dev.rowhound.app.submission.Submissions;
import dev.rowhound.artifact.ArtifactDraft;
import dev.rowhound.artifact.ArtifactNames;
import dev.rowhound.artifact.FolderArtifactStore;
import dev.rowhound.config.JsonReader;
import dev.rowhound.config.Problems;
import dev.rowhound.crawl.LookupKind;
import dev.rowhound.intake.CsvIntake;
import dev.rowhound.job.JobState;
import dev.rowhound.job.NameIds;
import dev.rowhound.job.WorkKinds;
import dev.rowhound.limit.QuotaConfig;
import dev.rowhound.limit.QuotaConfig.Quota;
import dev.rowhound.limit.Quotas;
import dev.rowhound.progress.Wakeups;
import dev.rowhound.queue.FairScheduler;
import dev.rowhound.queue.QueueConfig;
import dev.rowhound.queue.WorkSignal;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.job.Uploads;
import dev.rowhound.recipe.RecipeBook;
import dev.rowhound.recipestore.RecipeCatalogue;
import dev.rowhound.recipestore.RecipeStore;
import dev.rowhound.redis.MemoryGauge;
import dev.rowhound.redis.RetryPolicy;
import dev.rowhound.redis.TestRedis;
import dev.rowhound.schedule.MissedFires;
import dev.rowhound.schedule.ScheduledUpload;
import dev.rowhound.schedule.ScheduledUpload.Fire;
import dev.rowhound.schedule.Schedules;
import dev.rowhound.schedule.Schedules.FireOutcome;
import dev.rowhound.schedule.Schedules.LeasedSchedule;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Each fire becomes one job, whichever node makes it and wherever that node dies. */
@ExtendWith(TestRedis.Extension.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class ScheduleFiresIT {
    private static final NameIds IDS = new NameIds("a secret of the deployment");
    private static final Duration LEASE = Duration.ofMillis(100);
    private static final Instant SIX = Instant.parse("2026-11-20T06:00:00Z");
    private static final Instant SEVEN = Instant.parse("2026-11-20T07:00:00Z");
    private static final String FILE = "tax_code\n0101340108\n0101340109\n";
    private static final String USER = "an";

    private final Vertx vertx;
    private final TestRedis redis;
    private final SteppedClock clock = new SteppedClock("2026-11-20T06:00:05Z");
    private final Schedules schedules;
    private final QueueConfig config =
            QueueConfig.from(new JsonReader(new JsonObject().put("upload_lease_ms", 500), new Problems("the test")));
    private final Jobs jobs;
    private final Uploads uploads;

    @TempDir
    private Path folder;

    private Submissions parts;
    private WorkKinds kinds;
    private WorkerExecutor threads;
    private ScheduleFires fires;

    ScheduleFiresIT(TestRedis redis) {
        this.redis = redis;
        this.vertx = redis.vertx();
        this.schedules = new Schedules(redis.connector());
        this.jobs = new Jobs(redis.connector(), config);
        this.uploads = new Uploads(redis.connector(), config, new FairScheduler(redis.connector(), user -> 1));
    }

    private Quotas quotas(QuotaConfig quota) {
        return new Quotas(redis.connector(), quota, job -> Future.succeededFuture(JobState.RUNNING), "n1", clock);
    }

    @BeforeEach
    void start() throws Exception {
        begin(quotas(QuotaConfig.NONE), 100);
    }

    private void begin(Quotas quotas, int fullPercent) throws Exception {
        RecipeCatalogue recipes = new RecipeCatalogue(
                RecipeBook.load(TestNode.home().resolve("conf/recipes")), new RecipeStore(redis.connector()));
        kinds = WorkKinds.of(
                new LookupKind(() -> null, fields -> RecipeChoice.of(fields).in(recipes)));
        parts = new Submissions(
                jobs,
                uploads,
                quotas,
                new StoreRoom(new MemoryGauge(redis.connector(), fullPercent)),
                new Wakeups(vertx),
                new WorkSignal(vertx),
                new FolderArtifactStore(folder.resolve("artifacts")),
                new CsvIntake(folder.resolve("keys"), 1000),
                kinds,
                IDS,
                RetryPolicy.Timing.of(vertx));
        if (threads != null) {
            get(threads.close());
        }
        threads = vertx.createSharedWorkerExecutor("test-schedules-" + UUID.randomUUID(), 4);
        fires = fires();
    }

    private ScheduleVerticle verticle() {
        return new ScheduleVerticle(parts, schedules, config.ttl(), clock, Duration.ofSeconds(5));
    }

    private ScheduleFires fires() {
        return new ScheduleFires(vertx, threads, parts, schedules, config.ttl(), clock, LEASE);
    }

    @AfterEach
    void stop() throws Exception {
        get(threads.close());
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.await(20, TimeUnit.SECONDS);
    }

    private ScheduledUpload schedule(String name, String cron, String recipe, MissedFires missed) throws Exception {
        ScheduledUpload schedule = new ScheduledUpload(
                UUID.randomUUID().toString(),
                USER,
                name,
                cron,
                "UTC",
                missed,
                new JsonObject().put("recipe", recipe),
                "codes.csv",
                "digest",
                2,
                SIX.minusSeconds(60),
                false,
                SIX,
                List.of(),
                null);
        try (ArtifactDraft file = parts.artifacts().write(schedule.id(), ArtifactNames.scheduleInput())) {
            file.write(FILE.getBytes(StandardCharsets.UTF_8));
            file.commit();
        }
        get(schedules.create(schedule, 0));
        return schedule;
    }

    private ScheduledUpload hourly() throws Exception {
        return schedule("hourly", "0 * * * *", "companies", MissedFires.RUN_ONCE);
    }

    private ScheduledUpload present(ScheduledUpload schedule) throws Exception {
        return get(schedules.find(schedule.id()));
    }

    private List<JobSnapshot> made() throws Exception {
        return get(jobs.list(USER, 500));
    }

    /** Asks until the fire that is due has been dealt with, as a node does each second. */
    private ScheduledUpload fireUntilDone(ScheduledUpload schedule) throws Exception {
        return Await.until(
                "the next fire",
                () -> {
                    get(fires.fire(schedule.id()));
                    return present(schedule);
                },
                present -> present.next().isAfter(clock.instant()));
    }

    /** The intake of a node that makes a fire; the test does the rest of its steps. */
    private Submission intake(ScheduledUpload schedule, int attempt) throws Exception {
        return intake(schedule, attempt, USER, schedule.id());
    }

    private Submission intake(ScheduledUpload schedule, int attempt, String user, String id) throws Exception {
        JobSource source =
                new JobSource(schedule.jobId(IDS, SIX, attempt), false, user, "codes.csv", Duration.ofHours(1), id);
        return new Submission(parts, get(SubmissionForm.ofStored(schedule.fields(), kinds)), source);
    }

    private static InputStream file() {
        return new ByteArrayInputStream(FILE.getBytes(StandardCharsets.UTF_8));
    }

    private <T> T onAThread(java.util.concurrent.Callable<T> step) throws Exception {
        return get(threads.executeBlocking(step, false));
    }

    @Test
    void makesADueFireOnce() throws Exception {
        ScheduledUpload schedule = hourly();
        get(fires.fire(schedule.id()));

        String id = schedule.jobId(IDS, SIX, 1);
        JobSnapshot job = get(jobs.find(id));
        assertThat(job.state()).isEqualTo(JobState.RUNNING);
        assertThat(job.total()).isEqualTo(2);
        assertThat(job.schedule()).isEqualTo(schedule.id());
        assertThat(job.user()).isEqualTo(USER);
        ScheduledUpload present = present(schedule);
        assertThat(present.next()).isEqualTo(SEVEN);
        assertThat(present.jobs()).containsExactly(new Fire(SIX, id));

        get(fires.fire(schedule.id()));
        assertThat(made()).hasSize(1);
        assertThat(get(schedules.take(schedule.id(), LEASE))).as("given back").isNotNull();
    }

    @Test
    void makesOneJobAFireHoweverManyNodesLook() throws Exception {
        List<ScheduledUpload> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(schedule("hourly " + i, "0 * * * *", "companies", MissedFires.RUN_ONCE));
        }
        List<String> nodes = List.of(get(vertx.deployVerticle(verticle())), get(vertx.deployVerticle(verticle())));
        Await.until("no fire to be due", () -> get(schedules.due(clock.instant(), 100)), List::isEmpty);
        clock.set("2026-11-20T07:00:00Z");
        Await.until("no fire to be due", () -> get(schedules.due(clock.instant(), 100)), List::isEmpty);
        for (String node : nodes) {
            get(vertx.undeploy(node));
        }

        assertThat(made()).hasSize(40).allSatisfy(job -> assertThat(job.state()).isEqualTo(JobState.RUNNING));
        for (ScheduledUpload schedule : all) {
            assertThat(present(schedule).jobs())
                    .containsExactly(
                            new Fire(SEVEN, schedule.jobId(IDS, SEVEN, 1)), new Fire(SIX, schedule.jobId(IDS, SIX, 1)));
        }
    }

    @Test
    void makesTheFireOfANodeThatDiedBeforeItsJobWasOpened() throws Exception {
        ScheduledUpload schedule = hourly();
        get(schedules.take(schedule.id(), LEASE));
        get(fires.fire(schedule.id()));
        assertThat(made()).as("while the dead one's lease runs").isEmpty();

        ScheduledUpload present = fireUntilDone(schedule);
        assertThat(present.jobs()).containsExactly(new Fire(SIX, schedule.jobId(IDS, SIX, 1)));
        assertThat(made()).hasSize(1);
    }

    @Test
    void makesTheFireAgainWhoseNodeDiedWithinTheFile() throws Exception {
        ScheduledUpload schedule = hourly();
        get(schedules.take(schedule.id(), LEASE));
        Submission dead = intake(schedule, 1);
        onAThread(() -> dead.run(file()));

        // Nobody knows whether it is dead while its upload's lease runs.
        TimeUnit.MILLISECONDS.sleep(2 * LEASE.toMillis());
        get(fires.fire(schedule.id()));
        assertThat(present(schedule).next()).isEqualTo(SIX);
        assertThat(made()).hasSize(1);

        Await.until("the upload to lapse", () -> get(jobs.tick(schedule.jobId(IDS, SIX, 1))), tick -> !tick.open());
        ScheduledUpload present = fireUntilDone(schedule);
        assertThat(present.jobs()).containsExactly(new Fire(SIX, schedule.jobId(IDS, SIX, 2)));
        assertThat(get(jobs.find(schedule.jobId(IDS, SIX, 1))).state()).isEqualTo(JobState.FAILED);
        assertThat(get(jobs.find(schedule.jobId(IDS, SIX, 2))).state()).isEqualTo(JobState.RUNNING);
        assertThat(made()).hasSize(2);
    }

    @Test
    void findsTheJobAgainWhoseNodeDiedOnceItWasSealed() throws Exception {
        ScheduledUpload schedule = hourly();
        LeasedSchedule held = get(schedules.take(schedule.id(), LEASE));
        Submission intake = intake(schedule, 1);
        int rows = onAThread(() -> intake.run(file()));
        get(intake.finish(rows, schedule.digest()));

        ScheduledUpload present = fireUntilDone(schedule);
        assertThat(present.jobs()).containsExactly(new Fire(SIX, schedule.jobId(IDS, SIX, 1)));
        assertThat(made()).hasSize(1);
        assertThat(get(schedules.advance(held, FireOutcome.created(SIX, "late"), SEVEN)))
                .as("the one that was taken for dead")
                .isFalse();
    }

    /** A node that was stopped and goes on does not make what another has made meanwhile. */
    @Test
    void standsDownWhereAnotherNodeWasFaster() throws Exception {
        ScheduledUpload schedule = hourly();
        get(schedules.take(schedule.id(), LEASE));
        fireUntilDone(schedule);
        Submission late = intake(schedule, 1);
        Assertions.assertThatThrownBy(() -> onAThread(() -> late.run(file())))
                .isInstanceOf(Submission.ExistingJobException.class);
        assertThat(made()).hasSize(1);
        assertThat(get(jobs.find(schedule.jobId(IDS, SIX, 1))).state()).isEqualTo(JobState.RUNNING);
    }

    /** A fire whose node died within it is not left out for being late by then. */
    @Test
    void goesOnWithAFireThatHasBegunHoweverLate() throws Exception {
        ScheduledUpload schedule = schedule("hourly", "0 * * * *", "companies", MissedFires.SKIP);
        Submission dead = intake(schedule, 1);
        onAThread(() -> dead.run(file()));
        Await.until("the upload to lapse", () -> get(jobs.tick(schedule.jobId(IDS, SIX, 1))), tick -> !tick.open());
        clock.set("2026-11-20T06:20:00Z");
        assertThat(fireUntilDone(schedule).jobs()).containsExactly(new Fire(SIX, schedule.jobId(IDS, SIX, 2)));
    }

    @Test
    void givesAFireUpThatBreaksOffAgainAndAgain() throws Exception {
        ScheduledUpload schedule = hourly();
        for (int attempt = 1; attempt <= ScheduleFires.MAX_ATTEMPTS; attempt++) {
            Submission dead = intake(schedule, attempt);
            onAThread(() -> dead.run(file()));
            onAThread(() -> {
                dead.undo(new java.io.IOException("the node stops"));
                return null;
            });
        }
        ScheduledUpload present = fireUntilDone(schedule);
        assertThat(present.next()).isEqualTo(SEVEN);
        assertThat(present.jobs()).isEmpty();
        assertThat(present.error().getString("code")).isEqualTo("upload_aborted");
        assertThat(made()).hasSize(ScheduleFires.MAX_ATTEMPTS);
    }

    @Test
    void tellsOfARecipeThatThereIsNotAnyMore() throws Exception {
        ScheduledUpload schedule = schedule("hourly", "0 * * * *", "company", MissedFires.RUN_ONCE);
        get(fires.fire(schedule.id()));
        ScheduledUpload present = present(schedule);
        assertThat(present.next()).isEqualTo(SEVEN);
        assertThat(present.error().getString("code")).isEqualTo("no_such_recipe");
        assertThat(present.error().getString("message")).contains("did you mean \"companies\"?");
        assertThat(made()).isEmpty();
    }

    @Test
    void leavesAFireOutThatTheQuotaOfItsUserRefuses() throws Exception {
        begin(quotas(new QuotaConfig(new Quota(0, 0, 1, 0, 1), Map.of())), 100);
        ScheduledUpload schedule = hourly();
        get(fires.fire(schedule.id()));
        ScheduledUpload present = present(schedule);
        assertThat(present.next()).isEqualTo(SEVEN);
        assertThat(present.error().getString("code")).isEqualTo("quota_exceeded");
        assertThat(present.jobs()).containsExactly(new Fire(SIX, schedule.jobId(IDS, SIX, 1)));
        assertThat(get(jobs.find(schedule.jobId(IDS, SIX, 1))).state()).isEqualTo(JobState.FAILED);
    }

    /** A store without a limit counts as empty, so that one which is full at nothing is full. */
    @Test
    void waitsWithAFireWhileTheStoreIsFull() throws Exception {
        begin(quotas(QuotaConfig.NONE), 0);
        ScheduledUpload schedule = hourly();
        Assertions.assertThatThrownBy(() -> get(fires.fire(schedule.id()))).hasMessageContaining("almost full");
        assertThat(present(schedule).next()).isEqualTo(SIX);
        assertThat(made()).isEmpty();
        begin(quotas(QuotaConfig.NONE), 100);
        assertThat(fireUntilDone(schedule).jobs()).containsExactly(new Fire(SIX, schedule.jobId(IDS, SIX, 1)));
    }

    /** Ids can be proposed; a stranger's job in the place of a fire's is not taken for it. */
    @Test
    void makesTheFireUnderAnotherIdWhereAnUploadHasProposedItsId() throws Exception {
        ScheduledUpload schedule = hourly();
        Submission stranger = intake(schedule, 1, "mallory", null);
        onAThread(() -> stranger.run(file()));
        get(fires.fire(schedule.id()));
        assertThat(present(schedule).jobs()).containsExactly(new Fire(SIX, schedule.jobId(IDS, SIX, 2)));
    }

    @Test
    void breaksOffWhenTheNodeStops() throws Exception {
        ScheduledUpload schedule = hourly();
        fires.stop();
        Assertions.assertThatThrownBy(() -> get(fires.fire(schedule.id()))).hasMessageContaining("the node stops");
        assertThat(present(schedule).next()).isEqualTo(SIX);
        fires = fires();
        assertThat(fireUntilDone(schedule).jobs()).hasSize(1);
    }
}
