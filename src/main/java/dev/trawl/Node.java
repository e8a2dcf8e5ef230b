package dev.trawl;

import dev.trawl.artifact.ArtifactStore;
import dev.trawl.artifact.FolderArtifactStore;
import dev.trawl.cli.RunningNode;
import dev.trawl.crawl.CrawlEngine;
import dev.trawl.http.HttpParts;
import dev.trawl.http.HttpVerticle;
import dev.trawl.http.Management;
import dev.trawl.http.ManagementVerticle;
import dev.trawl.http.compat.CrawlCsvRoutes;
import dev.trawl.intake.CsvIntake;
import dev.trawl.progress.EventLog;
import dev.trawl.progress.Wakeups;
import dev.trawl.queue.Items;
import dev.trawl.queue.Jobs;
import dev.trawl.queue.Leases;
import dev.trawl.queue.Schedule;
import dev.trawl.queue.Uploads;
import dev.trawl.queue.WorkSignal;
import dev.trawl.recipe.RecipeBook;
import dev.trawl.redis.EmbeddedRedis;
import dev.trawl.redis.RedisConnector;
import dev.trawl.redis.ServerCheck;
import dev.trawl.worker.ArtifactSweeper;
import dev.trawl.worker.JobSheets;
import dev.trawl.worker.Recoverer;
import dev.trawl.worker.WorkerMeters;
import dev.trawl.worker.WorkerVerticle;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.healthchecks.Status;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.vertx.redis.client.Command;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node: the only place where the parts are put together. Started in the order of what needs what, and stopped in
 * the opposite one.
 */
public final class Node implements RunningNode {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    /** How many rows a file may have: what a job's row numbers and state bytes are made for. */
    private static final int MAX_ROWS = 10_000_000;

    /** How long one part may take to stop, beyond what running look-ups are given. */
    private static final long STOP_SECONDS = 30;

    private final NodeConfig config;
    private final String name = UUID.randomUUID().toString().substring(0, 8);
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Deque<Part> started = new ArrayDeque<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean ready;
    private boolean stopping;
    private URI address = URI.create("http://127.0.0.1");
    private @Nullable HttpVerticle server;

    /** Something that was started, by its name, and how it is stopped. */
    private record Part(String name, AutoCloseable stop) {}

    private Node(NodeConfig config) {
        this.config = config;
    }

    /**
     * Starts a node. Blocks until it serves.
     *
     * @param config the whole configuration, layers merged
     * @param home the folder that relative paths of the configuration start from
     * @throws Exception if it cannot start, with a sentence for a person; what was begun is ended then
     */
    public static Node start(JsonObject config, Path home) throws Exception {
        Node node = new Node(NodeConfig.read(config, home));
        try {
            node.start();
        } catch (Exception e) {
            node.stop();
            throw e;
        }
        return node;
    }

    private void start() throws Exception {
        RecipeBook recipes = RecipeBook.load(config.recipes());
        DataFolder data = DataFolder.take(config.data());
        started.push(new Part("data folder", data));

        CrawlEngine engine = new CrawlEngine(config.crawl(), data.path());
        if (config.has(NodeConfig.Role.WORKER)) {
            engine.prepare(LOG::info);
        }
        String url = storeUrl(data);
        Vertx vertx = vertx();
        started.push(new Part("Vert.x", () -> await(vertx.close())));

        RedisConnector redis = new RedisConnector(vertx, url, config.redis().timeoutMillis());
        started.push(new Part("connection to Redis", () -> await(redis.close())));
        await(ServerCheck.check(redis));

        ArtifactStore artifacts = new FolderArtifactStore(data.path().resolve("artifacts"));
        Wakeups wakeups = new Wakeups(vertx);
        WorkSignal signal = new WorkSignal(vertx);
        Jobs jobs = new Jobs(redis, config.queue());
        Items items = new Items(redis);
        Management management = management(vertx, redis);

        deploy(vertx, "management port", new ManagementVerticle(config.management(), management));
        if (config.has(NodeConfig.Role.WEB)) {
            HttpParts parts = new HttpParts(
                    config.http(),
                    config.queue(),
                    recipes,
                    jobs,
                    new Uploads(redis, config.queue()),
                    items,
                    new EventLog(redis),
                    wakeups,
                    signal,
                    artifacts,
                    new CsvIntake(data.temporary(), MAX_ROWS),
                    management);
            HttpVerticle http = new HttpVerticle(parts, List.of(new CrawlCsvRoutes(config.compatRecipe())));
            deploy(vertx, "public port", http);
            address = localAddress(config.http().host(), http.port());
            server = http;
        }
        if (config.has(NodeConfig.Role.WORKER)) {
            deployWorkers(vertx, redis, jobs, items, wakeups, signal, artifacts, engine);
        }
        ready = true;
        LOG.info("Node {} serves as {}", name, config.roles().toString().toLowerCase(Locale.ROOT));
    }

    private void deployWorkers(
            Vertx vertx,
            RedisConnector redis,
            Jobs jobs,
            Items items,
            Wakeups wakeups,
            WorkSignal signal,
            ArtifactStore artifacts,
            CrawlEngine engine)
            throws Exception {
        Schedule schedule = new Schedule(redis);
        JobSheets sheets = new JobSheets(jobs);
        WorkerVerticle.Parts parts = new WorkerVerticle.Parts(
                new Leases(redis, config.queue(), name),
                schedule,
                items,
                sheets,
                signal,
                wakeups,
                () -> engine.newProcessor(sheets::recipeOf),
                config.queue().lease(),
                config.worker(),
                new WorkerMeters(registry));
        ArtifactSweeper sweeper = new ArtifactSweeper(jobs, artifacts);
        deploy(vertx, "artifact sweeper", sweeper);
        deploy(vertx, "recoverer", new Recoverer(jobs, schedule, signal, wakeups, sweeper::ended));
        for (int slot = 0; slot < config.worker().slots(); slot++) {
            deploy(vertx, "worker " + slot, new WorkerVerticle(parts, slot));
        }
    }

    private String storeUrl(DataFolder data) throws Exception {
        if (config.redis().url() != null) {
            return config.redis().url();
        }
        EmbeddedRedis redis = EmbeddedRedis.start(config.redis().embedded(), data.path());
        started.push(new Part("Redis", redis));
        return redis.url();
    }

    /** Nothing is served from the class path by name, so nothing need be unpacked into a temporary folder. */
    private Vertx vertx() {
        VertxOptions options = new VertxOptions()
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false))
                .setMetricsOptions(new MicrometerMetricsOptions().setEnabled(true))
                .setPreferNativeTransport(true);
        return Vertx.builder()
                .with(options)
                .withMetrics(new MicrometerMetricsFactory(registry))
                .build();
    }

    private Management management(Vertx vertx, RedisConnector redis) {
        HealthChecks checks = HealthChecks.create(vertx);
        checks.register(
                "redis",
                promise -> redis.send(Command.PING)
                        .<Status>map(pong -> Status.OK())
                        .otherwise(error -> Status.KO(new JsonObject().put("message", error.getMessage())))
                        // The check has a time limit of its own, which may have ended it already.
                        .onSuccess(promise::tryComplete));
        int workers = config.has(NodeConfig.Role.WORKER) ? config.worker().slots() : 0;
        if (workers > 0) {
            checks.register("workers", promise -> promise.complete(ready ? Status.OK() : Status.KO()));
        }
        return new Management(checks, registry, workers, () -> ready);
    }

    private void deploy(Vertx vertx, String part, VerticleBase verticle) throws Exception {
        String id = await(vertx.deployVerticle(verticle));
        started.push(new Part(part, () -> await(vertx.undeploy(id))));
    }

    @Override
    public URI address() {
        return address;
    }

    /** The public port, or null on a node that has none. */
    @Nullable
    HttpVerticle server() {
        return server;
    }

    @Override
    public void awaitStop() throws InterruptedException {
        stopped.await();
    }

    @Override
    public void stop() {
        synchronized (this) {
            if (stopping) {
                awaitQuietly();
                return;
            }
            stopping = true;
        }
        ready = false;
        while (!started.isEmpty()) {
            Part part = started.pop();
            LOG.debug("Stopping: {}", part.name());
            try {
                part.stop().close();
            } catch (Exception e) {
                LOG.warn("{} did not stop in order: {}", part.name(), e.getMessage());
            }
        }
        LOG.info("Node {} has stopped", name);
        stopped.countDown();
    }

    private void awaitQuietly() {
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static URI localAddress(String host, int port) {
        boolean any = host.equals("0.0.0.0") || host.equals("::");
        String reached = any ? "127.0.0.1" : host;
        return URI.create("http://" + (reached.contains(":") ? "[" + reached + "]" : reached) + ":" + port);
    }

    private <T> T await(Future<T> future) throws Exception {
        long limit = config.worker().stop().toSeconds() + STOP_SECONDS;
        try {
            return future.toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(limit, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
