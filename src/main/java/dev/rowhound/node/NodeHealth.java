package dev.rowhound.node;

import dev.rowhound.artifact.FolderArtifactStore;
import dev.rowhound.cluster.BusProbe;
import dev.rowhound.cluster.Cluster;
import dev.rowhound.crawl.CrawlEngine;
import dev.rowhound.http.Management;
import dev.rowhound.queue.result.SharedFolder;
import dev.rowhound.redis.RedisConnector;
import dev.rowhound.worker.slot.LostThreads;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.healthchecks.Status;
import java.nio.file.Files;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The health checks of a node. */
final class NodeHealth {
    private final Vertx vertx;
    private final PrometheusMeterRegistry registry;
    private final BooleanSupplier ready;
    private final HealthChecks checks;
    private int workers;

    /** Checks the store, and that the artifact folder belongs to it. */
    NodeHealth(
            Vertx vertx,
            RedisConnector redis,
            SharedFolder folder,
            PrometheusMeterRegistry registry,
            BooleanSupplier ready) {
        this.vertx = vertx;
        this.registry = registry;
        this.ready = ready;
        checks = HealthChecks.create(vertx);
        checks.register(
                "redis",
                promise -> redis.ping()
                        .map(pong -> Status.OK())
                        .otherwise(error -> down(error.getMessage()))
                        // The check may have timed out already.
                        .onSuccess(promise::tryComplete));
        checks.register(
                "artifacts",
                promise -> folder.mismatch()
                        .map(mismatch -> mismatch == null ? Status.OK() : down(mismatch))
                        .otherwise(error -> down(error.getMessage()))
                        .onSuccess(promise::tryComplete));
    }

    private static Status down(@Nullable String message) {
        return Status.KO(new JsonObject().put("message", message));
    }

    /** Checks that files can be written. */
    void watchFiles(FolderArtifactStore artifacts) {
        checks.register(
                "disk",
                promise -> vertx.executeBlocking(
                                () -> {
                                    artifacts.probe();
                                    return Status.OK();
                                },
                                false)
                        .otherwise(error -> Status.KO(new JsonObject()
                                .put("message", "no file can be written to " + artifacts + ": " + error.getMessage())))
                        .onSuccess(promise::tryComplete));
    }

    /**
     * Checks the slots.
     *
     * @param threads the threads that did not return to their slots
     * @param engine the browser engine, or null for other processors
     */
    void watchWorkers(int slots, LostThreads threads, @Nullable CrawlEngine engine) {
        workers = slots;
        checks.register("workers", promise -> promise.complete(ready.getAsBoolean() ? Status.OK() : Status.KO()));
        checks.register("threads", promise -> promise.complete(threads(threads)));
        if (engine != null) {
            checks.register("browser", promise -> promise.complete(browser(engine)));
        }
    }

    /** Checks that the node receives the others' messages, until the returned probe is closed. */
    BusProbe watch(Cluster cluster) {
        BusProbe probe = new BusProbe(vertx, cluster);
        checks.register("event_bus", probe::check);
        Gauge.builder("rowhound_cluster_members", cluster, Cluster::members)
                .description("The nodes in the cluster as seen by this node, including itself")
                .register(registry);
        return probe;
    }

    /** Returns the management endpoint for all checks. */
    Management management() {
        return new Management(checks, registry, workers, ready);
    }

    /** Reports lost threads from the first one; only a restart frees their cores. */
    private static Status threads(LostThreads threads) {
        JsonObject data = new JsonObject().put("lost", threads.running());
        if (!threads.tooMany()) {
            return Status.OK(data);
        }
        return Status.KO(
                data.put("message", "as many threads as there are slots are stuck in items; restart the node"));
    }

    /** Checks that the browser's files still exist, since a system upgrade may move them. */
    private static Status browser(CrawlEngine engine) {
        List<String> missing = engine.parts().entrySet().stream()
                .filter(part -> !Files.isExecutable(part.getValue()))
                .map(part -> part.getKey() + " is no longer at " + part.getValue())
                .toList();
        return missing.isEmpty() ? Status.OK() : down(String.join("; ", missing));
    }
}
