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
 * The node's way out to the web. It runs on event loops apart from the node's, so that it works without a node and no
 * page's traffic holds the node's streams back.
 */
public final class Egress implements AutoCloseable {
    private static final int MAX_LOOPS = 4;

    /** Names are looked up by calls that block. */
    private static final int MAX_LOOKUPS = 16;

    private static final long PATIENCE_SECONDS = 10;

    private final Vertx vertx;
    private final EgressConfig config;
    private final Limits limits;
    private final Routes routes;
    private final Proxies proxies;
    private final EgressClient client;
    private final RobotsTxt robots;

    /**
     * What the way out allows itself.
     *
     * @param connect time to connect to one address
     * @param lookup time to look a name up
     * @param idle time after which a connection that carries nothing is closed
     * @param remember how long the checked addresses of a name are used without asking again
     * @param connections open connections of one browser; more are closed at once
     */
    record Limits(Duration connect, Duration lookup, Duration idle, Duration remember, int connections) {
        /** A page's limits are shorter than these, but for what it keeps open in the background. */
        static final Limits DEFAULT = new Limits(
                Duration.ofSeconds(8), Duration.ofSeconds(10), Duration.ofMinutes(2), Duration.ofSeconds(30), 512);
    }

    private Egress(EgressConfig config, Resolver resolver, Limits limits, @Nullable TrustOptions trust) {
        int loops = Math.max(1, Math.min(MAX_LOOPS, Runtime.getRuntime().availableProcessors() / 2));
        this.vertx = start(new VertxOptions()
                .setEventLoopPoolSize(loops)
                .setWorkerPoolSize(MAX_LOOKUPS)
                .setInternalBlockingPoolSize(1)
                .setUseDaemonThread(true)
                // Nothing is served from the class path, so nothing need be unpacked into a temporary folder.
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

    /** On a separate thread, for the caller's may be one of another Vert.x, which warns of such children. */
    private static Vertx start(VertxOptions options) {
        return CompletableFuture.supplyAsync(
                        () -> Vertx.vertx(options), task -> new Thread(task, "rowhound-egress").start())
                .join();
    }

    /** Opens the way out; no port is open before the first browser's proxy. */
    public static Egress open(EgressConfig config) {
        return open(config, Resolver.SYSTEM);
    }

    /** Opens the way out with that knowledge of names. */
    public static Egress open(EgressConfig config, Resolver resolver) {
        return open(config, resolver, Limits.DEFAULT);
    }

    static Egress open(EgressConfig config, Resolver resolver, Limits limits) {
        return open(config, resolver, limits, null);
    }

    /** With certificates to trust in place of the Java runtime's. */
    static Egress open(EgressConfig config, Resolver resolver, Limits limits, @Nullable TrustOptions trust) {
        return new Egress(config, resolver, limits, trust);
    }

    /**
     * Opens a proxy for one browser.
     *
     * @throws IllegalStateException if no port of 127.0.0.1 can be had
     */
    public BrowserProxy browserProxy() {
        return BrowserProxy.open(vertx, routes, limits, proxies, config.maxResponseBytes());
    }

    /** Fetches without a browser; the same one for all. */
    public EgressClient client() {
        return client;
    }

    /** What sites ask of programs; the same one for all. */
    public RobotsTxt robots() {
        return robots;
    }

    /** The proxies of the configuration; the same ones for all. */
    public Proxies proxies() {
        return proxies;
    }

    /** Closes all browsers' proxies and connections. */
    @Override
    public void close() {
        robots.close();
        await(vertx.close());
    }

    /**
     * Waits, on a thread that is no event loop's, for what cannot fail but by a fault of this program or of the machine.
     *
     * @throws IllegalStateException if it fails, takes too long, or the thread is interrupted, whose mark is kept
     */
    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(String.valueOf(e.getCause()), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the way out to the web does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
