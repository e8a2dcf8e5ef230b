package dev.rowhound.node;

import dev.rowhound.app.recipe.RecipeChoice;
import dev.rowhound.artifact.FolderArtifactStore;
import dev.rowhound.cluster.Cluster;
import dev.rowhound.crawl.CrawlEngine;
import dev.rowhound.crawl.LookupKind;
import dev.rowhound.http.HttpVerticle;
import dev.rowhound.http.Management;
import dev.rowhound.http.ManagementVerticle;
import dev.rowhound.http.ServerPort;
import dev.rowhound.http.stream.OpenFiles;
import dev.rowhound.job.Processor;
import dev.rowhound.job.WorkKind;
import dev.rowhound.job.WorkKinds;
import dev.rowhound.limit.Quotas;
import dev.rowhound.progress.Wakeups;
import dev.rowhound.queue.WorkSignal;
import dev.rowhound.queue.job.EndedJobs;
import dev.rowhound.queue.job.IdSecret;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.result.Items;
import dev.rowhound.queue.result.JobFiles;
import dev.rowhound.queue.result.SharedFolder;
import dev.rowhound.queue.result.StoredResults;
import dev.rowhound.recipe.RecipeBook;
import dev.rowhound.recipestore.RecipeCatalogue;
import dev.rowhound.recipestore.RecipeStore;
import dev.rowhound.redis.EmbeddedRedis;
import dev.rowhound.redis.RedisConnector;
import dev.rowhound.redis.RetryPolicy;
import dev.rowhound.redis.ServerCheck;
import dev.rowhound.schedule.Schedules;
import dev.rowhound.worker.slot.LostThreads;
import dev.rowhound.worker.upkeep.ArtifactSweeper;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node, the only place where the parts are wired. Parts are started in the order of their dependencies and stopped in
 * reverse.
 */
public final class Node {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    /** The time for a part to stop, beyond that for running lookups. */
    private static final long STOP_SECONDS = 30;

    private final NodeConfig config;
    private final @Nullable Supplier<Processor> processors;
    private final Clock clock;
    private final List<WorkKind> moreKinds;
    private final String name = UUID.randomUUID().toString().substring(0, 8);
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Deque<Part> started = new ArrayDeque<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean ready;
    private boolean stopping;
    private URI address = URI.create("http://127.0.0.1");
    private List<HttpVerticle> servers = List.of();

    /** A started part and how to stop it. */
    private record Part(String name, AutoCloseable stop) {}

    private Node(NodeConfig config, @Nullable Supplier<Processor> processors, Clock clock, List<WorkKind> moreKinds) {
        this.config = config;
        this.processors = processors;
        this.clock = clock;
        this.moreKinds = moreKinds;
    }

    /**
     * Starts a node and blocks until it serves.
     *
     * @param config the merged configuration
     * @param home the base of relative paths in the configuration
     * @throws Exception if the node cannot start, with a sentence for people; parts already started are stopped
     */
    public static Node start(JsonObject config, Path home) throws Exception {
        return start(config, home, null, Clock.systemUTC(), List.of());
    }

    /**
     * Starts a node with other processors than browsers and blocks until it serves.
     *
     * @param config the merged configuration
     * @param home the base of relative paths in the configuration
     * @param processors creates a slot's processor, on the slot's thread
     * @throws Exception if the node cannot start, with a sentence for people; parts already started are stopped
     */
    public static Node start(JsonObject config, Path home, Supplier<Processor> processors) throws Exception {
        return start(config, home, processors, Clock.systemUTC(), List.of());
    }

    /**
     * Starts a node with another clock for schedules and further kinds of work.
     *
     * @param processors as above, or null for browsers, which are then found or installed and part of the node's health
     * @param clock the clock of schedules
     * @param moreKinds kinds of work besides lookups
     * @throws Exception as of {@link #start(JsonObject, Path)}
     */
    public static Node start(
            JsonObject config,
            Path home,
            @Nullable Supplier<Processor> processors,
            Clock clock,
            List<WorkKind> moreKinds)
            throws Exception {
        Node node = new Node(NodeConfig.read(config, home), processors, clock, moreKinds);
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
        if (config.has(NodeConfig.Role.WEB)) {
            ServerPort.check("http", config.http().host(), config.http().port());
        }
        ServerPort.check(
                "management", config.management().host(), config.management().port());
        DataFolder data = DataFolder.take(config.data());
        started.push(new Part("data folder", data));
        FolderArtifactStore artifacts = new FolderArtifactStore(
                artifactFolder(data),
                config.artifacts().minFreeBytes(),
                config.artifacts().maxBytes());

        CrawlEngine engine = new CrawlEngine(config.crawl(), data.path());
        started.push(new Part("way out to the web", engine));
        if (config.has(NodeConfig.Role.WORKER) && processors == null) {
            engine.prepare(LOG::info);
        }
        String url = storeUrl(data);
        Cluster cluster = config.cluster().enabled() ? Cluster.of(config.cluster()) : null;
        Vertx vertx = VertxStarter.start(registry, cluster);
        started.push(new Part("Vert.x", () -> await(vertx.close())));

        RedisConnector redis = new RedisConnector(vertx, url, config.redis().timeoutMillis());
        started.push(new Part("connection to Redis", () -> await(redis.close())));
        await(ServerCheck.check(redis, RetryPolicy.Timing.of(vertx)));

        SharedFolder folder = new SharedFolder(vertx, redis, artifacts);
        await(folder.check(config.artifacts().adopt()));
        Jobs jobs = new Jobs(redis, config.queue());
        Items items = items(vertx, redis, artifacts);
        Quotas quotas = new Quotas(
                redis,
                config.quota(),
                job -> jobs.find(job).map(found -> found == null ? null : found.state()),
                name,
                Clock.systemUTC());
        WorkSignal signal = new WorkSignal(vertx);
        Wakeups wakeups = new Wakeups(vertx);
        started.push(new Part("wake-ups", wakeups::close));
        LostThreads threads = new LostThreads(config.worker().slots(), registry);
        NodeHealth health = new NodeHealth(vertx, redis, folder, registry, () -> ready);
        health.watchFiles(artifacts);
        if (config.has(NodeConfig.Role.WORKER)) {
            health.watchWorkers(config.worker().slots(), threads, processors == null ? engine : null);
        }
        if (cluster != null) {
            started.push(new Part("probe of the event bus", health.watch(cluster)));
        }
        Management management = health.management();

        JobFiles files = new JobFiles(
                redis,
                artifacts,
                config.artifacts().deletionDelay(),
                config.artifacts().evidence());
        deploy(
                vertx,
                "artifact sweeper",
                new ArtifactSweeper(
                        config.artifacts(),
                        artifacts,
                        folder,
                        files,
                        new EndedJobs(redis, config.queue()),
                        new Schedules(redis)::exists));
        deploy(
                vertx,
                "management port",
                new ManagementVerticle(config.management(), config.http().hosts(), management));
        List<WorkKind> known = new ArrayList<>(moreKinds);
        RecipeCatalogue catalogue = new RecipeCatalogue(recipes, new RecipeStore(redis));
        known.add(new LookupKind(
                processors == null ? engine::newProcessor : processors,
                fields -> RecipeChoice.of(fields).in(catalogue)));
        WorkKinds kinds = new WorkKinds(known);
        if (config.has(NodeConfig.Role.WEB)) {
            WebRole web = new WebRole(
                    config,
                    vertx,
                    redis,
                    artifacts,
                    items,
                    quotas,
                    wakeups,
                    signal,
                    clock,
                    management,
                    catalogue,
                    kinds,
                    data.temporary(),
                    await(IdSecret.load(redis, config.http().secretKey())),
                    registry);
            deployServer(vertx, web);
            deploy(vertx, "schedules", web.schedules());
            deploy(vertx, "users' channels", web.channels());
        }
        if (config.has(NodeConfig.Role.WORKER)) {
            WorkRole work = new WorkRole(
                    config, name, vertx, redis, artifacts, items, quotas, wakeups, signal, kinds, threads, registry);
            deployWorkers(vertx, work);
        }
        started.push(new Part("streams", () -> servers.forEach(HttpVerticle::endStreams)));
        ready = true;
        LOG.info(
                "Node {} started with the roles {}",
                name,
                config.roles().toString().toLowerCase(Locale.ROOT));
    }

    private void deployServer(Vertx vertx, WebRole web) throws Exception {
        String tooFewFiles = OpenFiles.tooFew(config.http().streams());
        if (tooFewFiles != null) {
            LOG.warn(tooFewFiles);
        }
        Queue<HttpVerticle> instances = new ConcurrentLinkedQueue<>();
        // One instance per event loop, so that all of them serve the watchers of a job.
        deploy(
                "public port",
                vertx,
                vertx.deployVerticle(
                        () -> {
                            HttpVerticle instance = web.server();
                            instances.add(instance);
                            return instance;
                        },
                        new DeploymentOptions()
                                .setInstances(Runtime.getRuntime().availableProcessors())));
        servers = List.copyOf(instances);
        address = localAddress(config.http().host(), instances.element().port());
    }

    private void deployWorkers(Vertx vertx, WorkRole work) throws Exception {
        deploy(vertx, "questions", work.questions());
        deploy(vertx, "recoverer", work.recoverer());
        // One deployment, so that all slots stop taking items at the same time.
        deploy("workers", vertx, vertx.deployVerticle(work::slot, new DeploymentOptions().setInstances(work.slots())));
        started.push(new Part("retries of results", work.protocol()));
        deploy(vertx, "dispatcher", work.dispatcher());
        deploy(vertx, "compactor", work.compactor());
        deploy(vertx, "slot of try-outs", work.tryOutSlot());
        deploy(vertx, "try-outs", work.tryOuts());
    }

    private Items items(Vertx vertx, RedisConnector redis, FolderArtifactStore artifacts) {
        Items items = new Items(redis, new StoredResults(vertx, artifacts));
        FunctionCounter.builder("rowhound_results_mixed_up", items, Items::mismatches)
                .description("Results stored under the wrong row; any is a bug of this program")
                .register(registry);
        return items;
    }

    private Path artifactFolder(DataFolder data) {
        Path folder = config.artifacts().folder();
        return folder == null ? data.path().resolve("artifacts") : folder;
    }

    private String storeUrl(DataFolder data) throws Exception {
        if (config.redis().url() != null) {
            return config.redis().url();
        }
        EmbeddedRedis redis = EmbeddedRedis.start(config.redis().embedded(), data.path());
        started.push(new Part("Redis", redis));
        return redis.url();
    }

    private void deploy(Vertx vertx, String part, VerticleBase verticle) throws Exception {
        deploy(part, vertx, vertx.deployVerticle(verticle));
    }

    private void deploy(String part, Vertx vertx, Future<String> deployment) throws Exception {
        String id = await(deployment);
        started.push(new Part(part, () -> await(vertx.undeploy(id))));
    }

    /** Returns the address of the page and API for programs on this machine, such as {@code http://127.0.0.1:8102}. */
    public URI address() {
        return address;
    }

    /** Returns the server of the public port, or null without the role {@code web}. */
    public @Nullable HttpVerticle server() {
        return servers.isEmpty() ? null : servers.get(0);
    }

    /** Blocks until the node has stopped, for whatever reason. */
    public void awaitStop() throws InterruptedException {
        stopped.await();
    }

    /** Stops the node in order and blocks until it has stopped. Thread-safe and idempotent. */
    public void stop() {
        synchronized (this) {
            if (stopping) {
                awaitQuietly();
                return;
            }
            stopping = true;
        }
        boolean served = ready;
        ready = false;
        while (!started.isEmpty()) {
            Part part = started.pop();
            LOG.debug("Stopping: {}", part.name());
            try {
                part.stop().close();
            } catch (Exception e) {
                LOG.warn("{} did not stop cleanly: {}", part.name(), e.getMessage());
            }
        }
        if (served) {
            LOG.info("Node {} has stopped", name);
        }
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
