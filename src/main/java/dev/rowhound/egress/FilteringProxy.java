package dev.rowhound.egress;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.net.Authority;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The server of a {@link BrowserProxy}: it listens on 127.0.0.1 for one browser, and runs on one event loop with all
 * its outgoing connections. It accepts {@code CONNECT} and plain HTTP requests with absolute URLs.
 *
 * <p>Every program on this machine, of other users too, can connect to it and reach what a look-up can reach: the
 * public internet, what the deployment allows, and upstream proxies with their passwords, though not the passwords
 * themselves. On a machine with other users, run the node in a container or a separate network namespace. A page can
 * use it only as its proxy.
 */
final class FilteringProxy extends VerticleBase {
    private static final int MAX_HEAD_BYTES = 256 << 10;
    private static final int MAX_CHUNK_BYTES = 64 << 10;
    private static final int MAX_CONNECTIONS_A_HOST = 32;

    /** Shorter than the keep-alive time of most servers. */
    private static final int KEEP_ALIVE_SECONDS = 15;

    private static final int MAX_TARGETS = 1_000;

    private final BrowserProxy owner;
    private final Routes routes;
    private final Egress.Limits limits;
    private final Set<HttpConnection> plain = new HashSet<>();
    private final Set<NetSocket> tunnels = new HashSet<>();
    private final Map<String, Authority> targets = new LinkedHashMap<>();

    private volatile int port;
    private volatile @Nullable Context loop;
    private @Nullable NetClient net;
    private @Nullable HttpClient client;

    FilteringProxy(BrowserProxy owner, Routes routes, Egress.Limits limits) {
        this.owner = owner;
        this.routes = routes;
        this.limits = limits;
    }

    int port() {
        return port;
    }

    @Override
    public Future<?> start() {
        loop = context;
        int connectMillis = (int) limits.connect().toMillis();
        int idleMillis = (int) limits.idle().toMillis();
        NetClientOptions tunnelOptions = new NetClientOptions();
        tunnelOptions
                .setConnectTimeout(connectMillis)
                .setIdleTimeout(idleMillis)
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        net = vertx.createNetClient(tunnelOptions);
        client = vertx.createHttpClient(plainOptions(connectMillis, idleMillis), pool());
        HttpServer server = vertx.createHttpServer(serverOptions(idleMillis))
                .connectionHandler(this::onConnection)
                .requestHandler(this::onRequest);
        return server.listen(0, "127.0.0.1").onSuccess(bound -> port = bound.actualPort());
    }

    private static HttpClientOptions plainOptions(int connectMillis, int idleMillis) {
        return new HttpClientOptions()
                .setConnectTimeout(connectMillis)
                .setIdleTimeout(idleMillis)
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setMaxHeaderSize(MAX_HEAD_BYTES)
                .setMaxInitialLineLength(MAX_HEAD_BYTES)
                .setMaxChunkSize(MAX_CHUNK_BYTES)
                .setDecompressionSupported(false);
    }

    static PoolOptions pool() {
        return new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS_A_HOST).setMaxWaitQueueSize(1_000);
    }

    private static HttpServerOptions serverOptions(int idleMillis) {
        HttpServerOptions options = new HttpServerOptions()
                .setHttp2ClearTextEnabled(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setHandle100ContinueAutomatically(true)
                .setMaxHeaderSize(MAX_HEAD_BYTES)
                .setMaxInitialLineLength(MAX_HEAD_BYTES)
                .setMaxChunkSize(MAX_CHUNK_BYTES);
        options.setIdleTimeout(idleMillis).setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        return options;
    }

    /** Starts an item; may be called on any thread. Completes when the connections of another policy are closed. */
    Future<Void> begin(EgressPolicy policy) {
        return onLoop(() -> {
            boolean changed = !policy.equals(owner.policy());
            owner.change(policy);
            return changed ? closeAll() : Future.succeededFuture();
        });
    }

    /** Closes the port and all connections. */
    Future<Void> undeploy() {
        return vertx.undeploy(deploymentID());
    }

    private Future<Void> closeAll() {
        List<Future<Void>> closing = new ArrayList<>();
        List.copyOf(plain).forEach(connection -> closing.add(connection.close()));
        List.copyOf(tunnels).forEach(socket -> closing.add(socket.close()));
        return Future.join(closing).mapEmpty();
    }

    private Future<Void> onLoop(Supplier<Future<Void>> work) {
        Promise<Void> done = Promise.promise();
        Context running = loop;
        if (running == null) {
            return Future.succeededFuture();
        }
        running.runOnContext(v -> work.get().onComplete(done));
        return done.future();
    }

    private void onConnection(HttpConnection connection) {
        if (plain.size() + tunnels.size() >= limits.connections()
                || !String.valueOf(connection.remoteAddress().hostAddress()).startsWith("127.")) {
            connection.close();
            return;
        }
        plain.add(connection);
        connection.closeHandler(v -> plain.remove(connection));
    }

    private void onRequest(HttpServerRequest request) {
        owner.countRequest();
        String uri = request.uri();
        if (request.method() == HttpMethod.CONNECT) {
            Authority target = target(uri, 0);
            if (target == null) {
                ProxyResponses.notAProxyRequest(request);
            } else {
                connect(request, target);
            }
            return;
        }
        int begin = uri.regionMatches(true, 0, "http://", 0, 7) ? 7 : -1;
        int end = begin < 0 ? 0 : endOfAuthority(uri, begin);
        Authority target = begin < 0 ? null : target(uri.substring(begin, end), 80);
        if (target == null || client == null) {
            ProxyResponses.notAProxyRequest(request);
            return;
        }
        String path = end < uri.length() && uri.charAt(end) == '/' ? uri.substring(end) : "/" + uri.substring(end);
        new PlainExchange(owner, client, routes, request, target, path).begin();
    }

    private void connect(HttpServerRequest request, Authority target) {
        HttpConnection connection = request.connection();
        EgressPolicy policy = owner.policy();
        UpstreamProxy via = policy.via();
        NetClient dialler = net;
        if (dialler == null) {
            return;
        }
        dial(dialler, target, policy).onComplete(dialled -> {
            if (dialled.failed()) {
                EgressException fault = EgressException.of(dialled.cause(), target.toString());
                owner.note(fault, target, via);
                ProxyResponses.refuse(request, ProxyResponses.status(fault.code()), fault.code());
                return;
            }
            owner.succeeded(via);
            NetSocket upstream = dialled.result();
            if (!plain.contains(connection)) {
                // The browser has closed the connection, or the next item has another policy.
                upstream.close();
                return;
            }
            request.toNetSocket().onComplete(switched -> {
                if (switched.failed()) {
                    upstream.close();
                    return;
                }
                NetSocket browser = switched.result();
                plain.remove(connection);
                tunnels.add(browser);
                Tunnel.join(owner, target, browser, upstream, () -> tunnels.remove(browser));
            });
        });
    }

    /**
     * Opens a paused connection to the target, direct or through the policy's proxy, which gets the address that was
     * checked. Fails with an {@link EgressException}.
     */
    private Future<NetSocket> dial(NetClient dialler, Authority target, EgressPolicy policy) {
        Future<Route> checked = routes.find(target.host(), target.port(), policy);
        UpstreamProxy via = policy.via();
        return via == null
                ? checked.compose(route -> connect(dialler, route, target.toString()))
                : checked.compose(route -> routes.find(via)
                        .compose(way -> connect(dialler, way, "The " + via))
                        // Any failure to reach the proxy counts as the proxy's fault.
                        .recover(e -> Future.failedFuture(
                                new EgressException(ErrorCode.PROXY, String.valueOf(e.getMessage()), e)))
                        .compose(socket -> UpstreamHandshake.open(socket, via, route.first())));
    }

    private static Future<NetSocket> connect(NetClient dialler, Route route, String whom) {
        return route.connect(address -> dialler.connect(address).onSuccess(NetSocket::pause))
                .recover(e -> Future.failedFuture(EgressException.of(e, whom)));
    }

    private @Nullable Authority target(String authority, int defaultPort) {
        Authority known = targets.get(authority);
        if (known != null && (defaultPort != 0 || authority.endsWith(":" + known.port()))) {
            return known;
        }
        Authority target = Authority.parse(authority, defaultPort).orElse(null);
        if (target != null) {
            if (targets.size() >= MAX_TARGETS) {
                targets.clear();
            }
            targets.put(authority, target);
        }
        return target;
    }

    private static int endOfAuthority(String uri, int begin) {
        int at = begin;
        while (at < uri.length() && "/?#".indexOf(uri.charAt(at)) < 0) {
            at++;
        }
        return at;
    }
}
