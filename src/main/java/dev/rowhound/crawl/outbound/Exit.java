package dev.rowhound.crawl.outbound;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.net.TrustOptions;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The parts of the way out, put together. */
final class Exit implements Outbound {
    private static final int MOST_LOOPS = 4;

    /** Names are looked up by calls that block. */
    private static final int LOOKUPS_AT_ONCE = 16;

    private static final long CLOSE_SECONDS = 10;

    private final Vertx vertx;
    private final OutboundConfig config;
    private final Limits limits;
    private final Routes routes;
    private final Proxies proxies;
    private final VertxClient client;
    private final RobotsBook robots;
    private final Set<OpenGate> gates = ConcurrentHashMap.newKeySet();

    private Exit(OutboundConfig config, Resolver resolver, Limits limits, @Nullable TrustOptions trust) {
        int loops = Math.max(1, Math.min(MOST_LOOPS, Runtime.getRuntime().availableProcessors() / 2));
        this.vertx = start(new VertxOptions()
                .setEventLoopPoolSize(loops)
                .setWorkerPoolSize(LOOKUPS_AT_ONCE)
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
        this.client = new VertxClient(vertx, routes, proxies, limits, config.maxResponseBytes(), trust);
        this.robots = new RobotsBook(client, config.robotsAgent(), InstantSource.system());
    }

    /** On a thread of its own, for the caller's may be one of another Vert.x, which warns of such children. */
    private static Vertx start(VertxOptions options) {
        return CompletableFuture.supplyAsync(
                        () -> Vertx.vertx(options), task -> new Thread(task, "rowhound-way-out").start())
                .join();
    }

    static Outbound open(OutboundConfig config, Resolver resolver, Limits limits) {
        return open(config, resolver, limits, null);
    }

    /** With certificates to trust in place of the Java runtime's. */
    static Outbound open(OutboundConfig config, Resolver resolver, Limits limits, @Nullable TrustOptions trust) {
        return new Exit(config, resolver, limits, trust);
    }

    @Override
    public Gate gate() {
        GateState state = new GateState(proxies, config.maxResponseBytes());
        OpenGate gate = OpenGate.open(vertx, state, routes, limits, gates::remove);
        gates.add(gate);
        return gate;
    }

    @Override
    public OutboundClient client() {
        return client;
    }

    @Override
    public Robots robots() {
        return robots;
    }

    @Override
    public Proxies proxies() {
        return proxies;
    }

    @Override
    public void close() {
        robots.close();
        Waiting.orFail(vertx.close(), CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
