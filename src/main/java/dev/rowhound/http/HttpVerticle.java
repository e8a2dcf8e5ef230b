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

/** The public port. Several instances share the port, one an event loop. */
public final class HttpVerticle extends VerticleBase {
    /** How many connections may wait to be taken, so that a burst of clients is not refused. */
    private static final int ACCEPT_BACKLOG = 2048;

    /** How long a connection may be silent between requests: longer than the 60 s of common load balancers. */
    private static final int IDLE_SECONDS = 75;

    /** How long open requests get at the end, once the streams are ended. */
    private static final long STOP_SECONDS = 5;

    /** Any free port, the same for all instances of one deployment. */
    private static final int SHARED_FREE_PORT = -1;

    private final HttpConfig config;
    private final StreamCount count;
    private final IdempotencyStore replies;
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
     * Serves the routes of those modules.
     *
     * @param count how many streams the node has open
     * @param replies keeps the answers to named calls
     */
    public HttpVerticle(HttpConfig config, StreamCount count, IdempotencyStore replies, List<RouteModule> modules) {
        this.config = config;
        this.count = count;
        this.replies = replies;
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
                // A compressor a socket costs more memory than all the rest of it.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
        port = new ServerPort(
                vertx, "http", options, new RequestGuard(config.hosts(), config.origins(), Errors::refuse, router));
        return port.listen(config.host(), config.port() == 0 ? SHARED_FREE_PORT : config.port());
    }

    /** Ends the streams in good order, then the server. */
    @Override
    public Future<?> stop() {
        streams.close();
        return port.server().shutdown(STOP_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Ends the streams that are open, so that watchers move to other nodes while this one still finishes its work. Who
     * finds no other is served again, until the server stops.
     */
    public void endStreams() {
        context.runOnContext(run -> streams.endAll());
    }

    /** The port that is listened on. */
    public int port() {
        return port.server().actualPort();
    }

    /** What is served, to hold it against the contract. */
    public List<Route> routes() {
        return router.getRoutes();
    }

    private Router router() {
        Router router = Router.router(vertx);
        RouteTable routes = new RouteTable(router, config.callers(), streams, new IdempotencyFilter(replies));
        RouteModule.Server own = new RouteModule.Server(vertx, streams);
        modules.forEach(module -> module.mount(routes, own));
        return router;
    }
}
