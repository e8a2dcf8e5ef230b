package dev.rowhound.node;

import dev.rowhound.cluster.Cluster;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Creates a node's Vert.x, standalone or clustered. */
final class VertxStarter {
    /** Three nodes that start together have taken 23 seconds on a busy machine. */
    private static final long JOIN_SECONDS = 90;

    private VertxStarter() {}

    /**
     * Creates Vert.x and blocks until it has joined.
     *
     * @param registry the registry of its metrics
     * @param cluster the cluster to join, or null
     * @throws IOException if it cannot join, with a sentence for people
     */
    static Vertx start(PrometheusMeterRegistry registry, @Nullable Cluster cluster) throws IOException {
        VertxOptions options = options();
        VertxBuilder builder = Vertx.builder().withMetrics(new MicrometerMetricsFactory(registry));
        if (cluster == null) {
            return builder.with(options).build();
        }
        try {
            return builder.with(options.setEventBusOptions(cluster.eventBus()))
                    .withClusterManager(cluster.manager())
                    .buildClustered()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(JOIN_SECONDS, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            Throwable reason = cause instanceof TimeoutException
                    ? new TimeoutException("it took longer than " + JOIN_SECONDS + " s")
                    : cause;
            throw new IOException(cluster.cannotJoin(reason), cause);
        }
    }

    private static VertxOptions options() {
        return new VertxOptions()
                // Event loops never block, so more than one per core would not help.
                .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors())
                // Nothing is served from the class path by name, so no temporary copies are needed.
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false))
                .setMetricsOptions(new MicrometerMetricsOptions().setEnabled(true))
                .setPreferNativeTransport(true);
    }
}
