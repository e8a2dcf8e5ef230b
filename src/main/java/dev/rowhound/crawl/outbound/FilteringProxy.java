package dev.rowhound.crawl.outbound;

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
 * The proxy behind a gate: a server on 127.0.0.1 for one browser, on one event loop with all that it asks for. It takes
 * {@code CONNECT} and whole addresses in plain HTTP, nothing else.
 *
 * <p>Every program of this machine may connect to it, whoever's it is, and reaches by it what a look-up would reach:
 * the public internet, what the deployment allows, and the proxies of others with their passwords, but not those
 * passwords themselves. On a machine with other users, give the node a container or a network namespace of its own. A
 * page cannot speak to it but as its proxy.
 */
final class FilteringProxy extends VerticleBase {
    private static final int LONGEST_HEAD = 256 << 10;
    private static final int CHUNK = 64 << 10;
    private static final int CONNECTIONS_TO_ONE_HOST = 32;

    /** Below the time for which common servers keep an idle connection, mostly. */
    private static final int KEEP_ALIVE_SECONDS = 15;

    private static final int MOST_TARGETS = 1_000;

    private final GateState state;
    private final Routes routes;
    private final Limits limits;
    private final Set<HttpConnection> plain = new HashSet<>();
    private final Set<NetSocket> tunnels = new HashSet<>();
    private final Map<String, Target> targets = new LinkedHashMap<>();

    private volatile int port;
    private volatile @Nullable Context loop;
    private @Nullable Dialer dialer;
    private @Nullable HttpClient client;

    FilteringProxy(GateState state, Routes routes, Limits limits) {
        this.state = state;
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
        dialer = new Dialer(routes, vertx.createNetClient(tunnelOptions));
        client = vertx.createHttpClient(plainOptions(connectMillis, idleMillis), pool());
        HttpServer server = vertx.createHttpServer(serverOptions(idleMillis))
                .connectionHandler(this::opened)
                .requestHandler(this::asked);
        return server.listen(0, "127.0.0.1").onSuccess(bound -> port = bound.actualPort());
    }

    private static HttpClientOptions plainOptions(int connectMillis, int idleMillis) {
        return new HttpClientOptions()
                .setConnectTimeout(connectMillis)
                .setIdleTimeout(idleMillis)
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setMaxHeaderSize(LONGEST_HEAD)
                .setMaxInitialLineLength(LONGEST_HEAD)
                .setMaxChunkSize(CHUNK)
                .setDecompressionSupported(false);
    }

    static PoolOptions pool() {
        return new PoolOptions().setHttp1MaxSize(CONNECTIONS_TO_ONE_HOST).setMaxWaitQueueSize(1_000);
    }

    private static HttpServerOptions serverOptions(int idleMillis) {
        HttpServerOptions options = new HttpServerOptions()
                .setHttp2ClearTextEnabled(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setHandle100ContinueAutomatically(true)
                .setMaxHeaderSize(LONGEST_HEAD)
                .setMaxInitialLineLength(LONGEST_HEAD)
                .setMaxChunkSize(CHUNK);
        options.setIdleTimeout(idleMillis).setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        return options;
    }

    /** From the next item on; on any thread. The future ends when connections of another policy are closed. */
    Future<Void> begin(EgressPolicy policy) {
        return onLoop(() -> {
            boolean another = !policy.equals(state.policy());
            state.begin(policy);
            return another ? closeAll() : Future.succeededFuture();
        });
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

    private void opened(HttpConnection connection) {
        if (plain.size() + tunnels.size() >= limits.connections()
                || !String.valueOf(connection.remoteAddress().hostAddress()).startsWith("127.")) {
            connection.close();
            return;
        }
        plain.add(connection);
        connection.closeHandler(v -> plain.remove(connection));
    }

    private void asked(HttpServerRequest request) {
        state.requests.increment();
        String uri = request.uri();
        if (request.method() == HttpMethod.CONNECT) {
            Target target = target(uri, 0);
            if (target == null) {
                Answers.notAProxyRequest(request);
            } else {
                connect(request, target);
            }
            return;
        }
        int begin = uri.regionMatches(true, 0, "http://", 0, 7) ? 7 : -1;
        int end = begin < 0 ? 0 : endOfAuthority(uri, begin);
        Target target = begin < 0 ? null : target(uri.substring(begin, end), 80);
        if (target == null || client == null) {
            Answers.notAProxyRequest(request);
            return;
        }
        String path = end < uri.length() && uri.charAt(end) == '/' ? uri.substring(end) : "/" + uri.substring(end);
        new PlainExchange(state, client, routes, request, target, path).begin();
    }

    private void connect(HttpServerRequest request, Target target) {
        HttpConnection connection = request.connection();
        EgressPolicy policy = state.policy();
        UpstreamProxy via = policy.via();
        if (dialer == null) {
            return;
        }
        dialer.dial(target, policy).onComplete(dialled -> {
            if (dialled.failed()) {
                OutboundException fault = Faults.of(dialled.cause(), target.toString());
                state.note(fault, target, via);
                Answers.refuse(request, Answers.status(fault.code()), fault.code());
                return;
            }
            state.worked(via);
            NetSocket web = dialled.result();
            if (!plain.contains(connection)) {
                // The browser did not wait for it, or the next item goes another way.
                web.close();
                return;
            }
            request.toNetSocket().onComplete(switched -> {
                if (switched.failed()) {
                    web.close();
                    return;
                }
                NetSocket browser = switched.result();
                plain.remove(connection);
                tunnels.add(browser);
                Tunnel.join(state, target, browser, web, () -> tunnels.remove(browser));
            });
        });
    }

    private @Nullable Target target(String authority, int usualPort) {
        Target known = targets.get(authority);
        if (known != null && (usualPort != 0 || authority.endsWith(":" + known.port()))) {
            return known;
        }
        Target target = Target.parse(authority, usualPort).orElse(null);
        if (target != null) {
            if (targets.size() >= MOST_TARGETS) {
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
