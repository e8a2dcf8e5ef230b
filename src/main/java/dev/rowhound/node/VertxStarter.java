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

/** Makes a node's Vert.x, alone or as a member of a cluster. */
final class VertxStarter {
    /** Three nodes that start at once on a busy machine were seen to take 23 seconds. */
    private static final long JOIN_SECONDS = 90;

    private VertxStarter() {}

    /**
     * Makes it; blocks until it has joined.
     *
     * @param registry for its meters
     * @param cluster what it joins, or null for a node that stands alone
     * @throws IOException if it cannot join, with a sentence for a person
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
                // More would only hand work from one to the other: they never block.
                .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors())
                // Nothing is served from the class path by name, so nothing need be unpacked into a temporary folder.
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false))
                .setMetricsOptions(new MicrometerMetricsOptions().setEnabled(true))
                .setPreferNativeTransport(true);
    }
}
