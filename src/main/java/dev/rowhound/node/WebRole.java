package dev.rowhound.node;

import dev.rowhound.app.StoreRoom;
import dev.rowhound.app.control.JobControl;
import dev.rowhound.app.control.QuestionAnswers;
import dev.rowhound.app.reading.Snapshots;
import dev.rowhound.app.recipe.Recipes;
import dev.rowhound.app.schedule.ScheduleVerticle;
import dev.rowhound.app.schedule.UserSchedules;
import dev.rowhound.app.submission.Submissions;
import dev.rowhound.app.tryout.TryOuts;
import dev.rowhound.artifact.FolderArtifactStore;
import dev.rowhound.http.HttpConfig;
import dev.rowhound.http.HttpVerticle;
import dev.rowhound.http.Management;
import dev.rowhound.http.job.EvidencePath;
import dev.rowhound.http.job.JobRoutes;
import dev.rowhound.http.legacy.CrawlCsvRoutes;
import dev.rowhound.http.legacy.CvChannelVerticle;
import dev.rowhound.http.legacy.CvSocketRoutes;
import dev.rowhound.http.legacy.JobStatusRoutes;
import dev.rowhound.http.live.LiveRoutes;
import dev.rowhound.http.page.PageRoutes;
import dev.rowhound.http.probe.ProbeRoutes;
import dev.rowhound.http.recipe.RecipeRoutes;
import dev.rowhound.http.request.RouteModule;
import dev.rowhound.http.schedule.ScheduleRoutes;
import dev.rowhound.http.stream.StreamCount;
import dev.rowhound.http.upload.UploadConfig;
import dev.rowhound.http.upload.UploadGate;
import dev.rowhound.http.upload.UploadHandler;
import dev.rowhound.http.upload.UploadRoutes;
import dev.rowhound.intake.CsvIntake;
import dev.rowhound.job.NameIds;
import dev.rowhound.job.WorkKinds;
import dev.rowhound.limit.Quotas;
import dev.rowhound.progress.EventLog;
import dev.rowhound.progress.JobFeeds;
import dev.rowhound.progress.UserChannels;
import dev.rowhound.progress.UserFeeds;
import dev.rowhound.progress.Wakeups;
import dev.rowhound.queue.FairScheduler;
import dev.rowhound.queue.IdempotencyStore;
import dev.rowhound.queue.WorkSignal;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.job.Uploads;
import dev.rowhound.queue.question.AnswerSignal;
import dev.rowhound.queue.question.Questions;
import dev.rowhound.queue.result.EvidenceFiles;
import dev.rowhound.queue.result.Items;
import dev.rowhound.recipestore.RecipeCatalogue;
import dev.rowhound.redis.MemoryGauge;
import dev.rowhound.redis.RedisConnector;
import dev.rowhound.redis.RetryPolicy;
import dev.rowhound.schedule.Schedules;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** The parts of a node with the role {@code web}. */
final class WebRole {
    /** The limit of rows in a file, given by the size of row numbers and state bytes. */
    private static final int MAX_ROWS = 10_000_000;

    /** How long a snapshot is reused for clients that only show progress. */
    private static final long SNAPSHOT_MILLIS = 200;

    /** How long a snapshot is reused for clients that poll every few seconds, of which there may be many. */
    private static final long POLLED_SNAPSHOT_MILLIS = 500;

    /** After this time without a sign of life, another node takes over publishing a user's events. */
    private static final Duration CHANNEL_LEASE = Duration.ofSeconds(6);

    /** How long an upload waits for its turn; proxies wait longer for a response. */
    private static final Duration UPLOAD_WAIT = Duration.ofSeconds(10);

    private final NodeConfig config;
    private final HttpConfig http;
    private final Vertx vertx;
    private final RedisConnector redis;
    private final FolderArtifactStore artifacts;
    private final Jobs jobs;
    private final Items items;
    private final Quotas quotas;
    private final Wakeups wakeups;
    private final WorkSignal signal;
    private final Clock clock;
    private final Management management;
    private final Schedules schedules;
    private final RecipeCatalogue recipes;
    private final Path temporary;
    private final StoreRoom room;
    private final Submissions submissions;
    private final JobFeeds feeds;
    private final UserFeeds users;
    private final StreamCount streams;
    private final List<RouteModule> routes;

    /**
     * @param temporary a folder for files that do not outlive the node
     * @param ids derives ids from names
     */
    WebRole(
            NodeConfig config,
            Vertx vertx,
            RedisConnector redis,
            FolderArtifactStore artifacts,
            Items items,
            Quotas quotas,
            Wakeups wakeups,
            WorkSignal signal,
            Clock clock,
            Management management,
            RecipeCatalogue recipes,
            WorkKinds kinds,
            Path temporary,
            NameIds ids,
            MeterRegistry registry) {
        this.config = config;
        this.http = config.http();
        this.vertx = vertx;
        this.redis = redis;
        this.artifacts = artifacts;
        this.jobs = new Jobs(redis, config.queue());
        this.items = items;
        this.quotas = quotas;
        this.wakeups = wakeups;
        this.signal = signal;
        this.clock = clock;
        this.management = management;
        this.schedules = new Schedules(redis);
        this.recipes = recipes;
        this.temporary = temporary;
        this.room = new StoreRoom(memory(registry));
        this.submissions = new Submissions(
                jobs,
                new Uploads(
                        redis,
                        config.queue(),
                        new FairScheduler(redis, user -> config.quota().of(user).weight())),
                quotas,
                room,
                wakeups,
                signal,
                artifacts,
                new CsvIntake(temporary, MAX_ROWS),
                kinds,
                ids,
                RetryPolicy.Timing.of(vertx));
        this.feeds = new JobFeeds(vertx, new EventLog(redis), wakeups);
        this.users = new UserFeeds(vertx, redis, feeds, wakeups);
        this.streams = new StreamCount(http.streams().maxStreams(), registry);
        this.routes = routes();
    }

    private MemoryGauge memory(MeterRegistry registry) {
        MemoryGauge memory = new MemoryGauge(redis, config.redis().uploadMemoryPercent());
        Gauge.builder("store_memory_ratio", memory, MemoryGauge::ratio)
                .description("The used part of the memory that Redis may use; 0 without a limit")
                .register(registry);
        return memory;
    }

    /** Creates a server of the public port. */
    HttpVerticle server() {
        return new HttpVerticle(http, streams, new IdempotencyStore(redis), routes);
    }

    /** Creates the verticle that fires schedules. */
    ScheduleVerticle schedules() {
        return new ScheduleVerticle(submissions, schedules, config.queue().ttl(), clock);
    }

    /** Creates the verticle that publishes users' events on their channels. */
    CvChannelVerticle channels() {
        UserChannels channels = new UserChannels(redis, UUID.randomUUID().toString(), CHANNEL_LEASE);
        return new CvChannelVerticle(channels, users, jobs);
    }

    private List<RouteModule> routes() {
        Recipes known = new Recipes(recipes, http.editors(), room);
        UploadConfig limits = http.uploads();
        UploadHandler uploads = new UploadHandler(
                vertx,
                limits,
                new UploadGate(limits.maxAtOnce(), limits.maxPerClient(), UPLOAD_WAIT),
                config.queue().uploadLease(),
                http.callers(),
                submissions,
                temporary,
                management.ready());
        return List.of(
                new UploadRoutes(uploads, config.queue().ttl()),
                new JobRoutes(
                        jobs,
                        items,
                        new EvidenceFiles(artifacts, EvidencePath::of),
                        new JobControl(jobs, quotas, wakeups, signal),
                        new QuestionAnswers(jobs, new Questions(redis), new AnswerSignal(vertx), wakeups)),
                new LiveRoutes(http.callers(), jobs, feeds, users, new Snapshots(vertx, jobs, SNAPSHOT_MILLIS)),
                new ScheduleRoutes(new UserSchedules(vertx, submissions, schedules, clock), http.callers(), uploads),
                new RecipeRoutes(known, new TryOuts(vertx, known, submissions.kinds())),
                new CrawlCsvRoutes(
                        uploads,
                        jobs,
                        feeds,
                        config.compatRecipe(),
                        config.queue().compatTtl()),
                new CvSocketRoutes(http.callers(), jobs, users),
                new JobStatusRoutes(new Snapshots(vertx, jobs, POLLED_SNAPSHOT_MILLIS)),
                new ProbeRoutes(config.probe(), limits.maxBytes()),
                management,
                new PageRoutes());
    }
}
