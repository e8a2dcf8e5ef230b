package dev.rowhound.egress;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.net.TrustOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The node's access to the web. It has separate event loops, so that it works without a node and page traffic does not
 * delay the node's streams.
 */
public final class Egress implements AutoCloseable {
    private static final int MAX_LOOPS = 4;

    /** Threads for DNS look-ups, which block. */
    private static final int MAX_LOOKUP_THREADS = 16;

    private static final long AWAIT_TIMEOUT_SECONDS = 10;

    private final Vertx vertx;
    private final EgressConfig config;
    private final Limits limits;
    private final Routes routes;
    private final Proxies proxies;
    private final EgressClient client;
    private final RobotsTxt robots;

    /**
     * Limits of all egress traffic.
     *
     * @param connect timeout for connecting to one address
     * @param lookup timeout for resolving a name
     * @param idle time after which an idle connection is closed
     * @param remember how long the checked addresses of a name are cached
     * @param connections maximum open connections of one browser; further ones are closed at once
     */
    record Limits(Duration connect, Duration lookup, Duration idle, Duration remember, int connections) {
        /** Larger than the limits of a page, except for connections that it keeps open in the background. */
        static final Limits DEFAULT = new Limits(
                Duration.ofSeconds(8), Duration.ofSeconds(10), Duration.ofMinutes(2), Duration.ofSeconds(30), 512);
    }

    private Egress(EgressConfig config, Resolver resolver, Limits limits, @Nullable TrustOptions trust) {
        int loops = Math.max(1, Math.min(MAX_LOOPS, Runtime.getRuntime().availableProcessors() / 2));
        this.vertx = start(new VertxOptions()
                .setEventLoopPoolSize(loops)
                .setWorkerPoolSize(MAX_LOOKUP_THREADS)
                .setInternalBlockingPoolSize(1)
                .setUseDaemonThread(true)
                // Nothing is served from the class path, so Vert.x needs no temporary folder.
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false))
                .setPreferNativeTransport(true));
        this.config = config;
        this.limits = limits;
        this.routes = new Routes(vertx, resolver, new AddressRules(config.allow()), limits);
        this.proxies = new Proxies(config.proxies(), InstantSource.system());
        this.client = new EgressClient(vertx, routes, proxies, limits, config.maxResponseBytes(), trust);
        this.robots = new RobotsTxt(client, config.robotsAgent(), InstantSource.system());
    }

    /** Starts Vert.x on a separate thread: on a thread of another Vert.x it would log a warning. */
    private static Vertx start(VertxOptions options) {
        return CompletableFuture.supplyAsync(
                        () -> Vertx.vertx(options), task -> new Thread(task, "rowhound-egress").start())
                .join();
    }

    /** Opens the egress; it listens on no port until the first browser's proxy is opened. */
    public static Egress open(EgressConfig config) {
        return open(config, Resolver.SYSTEM);
    }

    /** Opens the egress with a custom resolver. */
    public static Egress open(EgressConfig config, Resolver resolver) {
        return open(config, resolver, Limits.DEFAULT);
    }

    static Egress open(EgressConfig config, Resolver resolver, Limits limits) {
        return open(config, resolver, limits, null);
    }

    /** Opens the egress with trusted certificates other than the Java runtime's. */
    static Egress open(EgressConfig config, Resolver resolver, Limits limits, @Nullable TrustOptions trust) {
        return new Egress(config, resolver, limits, trust);
    }

    /**
     * Opens a proxy for one browser.
     *
     * @throws IllegalStateException if no port of 127.0.0.1 is available
     */
    public BrowserProxy browserProxy() {
        return BrowserProxy.open(vertx, routes, limits, proxies, config.maxResponseBytes());
    }

    /** Returns the shared client for requests without a browser. */
    public EgressClient client() {
        return client;
    }

    /** Returns the shared robots.txt cache. */
    public RobotsTxt robots() {
        return robots;
    }

    /** Returns the configured upstream proxies. */
    public Proxies proxies() {
        return proxies;
    }

    @Override
    public void close() {
        robots.close();
        await(vertx.close());
    }

    /**
     * Blocks until the future completes; not on an event loop. It fails only because of a bug or a fault of the
     * machine.
     *
     * @throws IllegalStateException if it fails, times out, or the thread is interrupted, whose interrupt flag is kept
     */
    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(AWAIT_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(String.valueOf(e.getCause()), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the egress proxy does not respond", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
