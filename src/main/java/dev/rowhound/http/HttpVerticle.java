package dev.rowhound.http;

import dev.rowhound.http.request.Errors;
import dev.rowhound.http.request.IdempotencyFilter;
import dev.rowhound.http.request.RequestGuard;
import dev.rowhound.http.request.RouteModule;
import dev.rowhound.http.request.RouteTable;
import dev.rowhound.http.stream.OpenStreams;
import dev.rowhound.http.stream.StreamCount;
import dev.rowhound.queue.IdempotencyStore;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Serves the API on the public port. Several instances, one per event loop, share the port. */
public final class HttpVerticle extends VerticleBase {
    /** Length of the accept queue; absorbs bursts of new connections. */
    private static final int ACCEPT_BACKLOG = 2048;

    /** Idle time-out of connections; longer than the usual 60 s of load balancers. */
    private static final int IDLE_SECONDS = 75;

    /** Time that open requests have to complete on shutdown, after the streams have ended. */
    private static final long STOP_SECONDS = 5;

    /** Vert.x's value for any free port that all instances of one deployment share. */
    private static final int SHARED_FREE_PORT = -1;

    private final HttpConfig config;
    private final StreamCount count;
    private final IdempotencyStore idempotencyStore;
    private final List<RouteModule> modules;
    // Set by start().
    @SuppressWarnings("NullAway.Init")
    private ServerPort port;

    // Set by start().
    @SuppressWarnings("NullAway.Init")
    private OpenStreams streams;

    // Set by start().
    @SuppressWarnings("NullAway.Init")
    private Router router;

    /**
     * Creates a server for the routes of the modules.
     *
     * @param count the number of open streams on this node
     * @param idempotencyStore keeps responses to calls with an idempotency key
     */
    public HttpVerticle(
            HttpConfig config, StreamCount count, IdempotencyStore idempotencyStore, List<RouteModule> modules) {
        this.config = config;
        this.count = count;
        this.idempotencyStore = idempotencyStore;
        this.modules = List.copyOf(modules);
    }

    @Override
    public Future<?> start() {
        streams = new OpenStreams(vertx, config.streams(), count);
        streams.start();
        router = router();
        HttpServerOptions options = new HttpServerOptions()
                .setAcceptBacklog(ACCEPT_BACKLOG)
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                // Compression costs more memory per socket than everything else.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
        port = new ServerPort(
                vertx, "http", options, new RequestGuard(config.hosts(), config.origins(), Errors::refuse, router));
        return port.listen(config.host(), config.port() == 0 ? SHARED_FREE_PORT : config.port());
    }

    /** Ends the streams, then the server. */
    @Override
    public Future<?> stop() {
        streams.close();
        return port.server().shutdown(STOP_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Ends the open streams, so that watchers reconnect to other nodes while this node finishes its work. Until the
     * server stops, it still serves watchers that find no other node.
     */
    public void endStreams() {
        context.runOnContext(run -> streams.endAll());
    }

    /** Returns the port on which the server listens. */
    public int port() {
        return port.server().actualPort();
    }

    /** Returns the registered routes, for comparison with the API contract. */
    public List<Route> routes() {
        return router.getRoutes();
    }

    private Router router() {
        Router router = Router.router(vertx);
        RouteTable routes = new RouteTable(router, config.callers(), streams, new IdempotencyFilter(idempotencyStore));
        RouteModule.Server server = new RouteModule.Server(vertx, streams);
        modules.forEach(module -> module.mount(routes, server));
        return router;
    }
}
