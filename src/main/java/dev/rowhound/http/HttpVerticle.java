package dev.rowhound.http;

import dev.rowhound.http.request.RequestGuard;
import dev.rowhound.http.stream.HttpChannel;
import dev.rowhound.http.stream.OpenStreams;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The public port: the route table. Several instances share the port, one an event loop. */
public final class HttpVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(HttpVerticle.class);

    /** How many connections may wait to be taken, so that a burst of clients is not refused. */
    private static final int ACCEPT_BACKLOG = 2048;

    /** How long a connection may be silent between requests: longer than the 60 s of common load balancers. */
    private static final int IDLE_SECONDS = 75;

    /** How long open requests get at the end, once the streams are ended. */
    private static final long STOP_SECONDS = 5;

    /** Any free port, the same for all instances of one deployment. */
    private static final int SHARED_FREE_PORT = -1;

    private final HttpParts parts;
    private final List<RouteModule> modules;
    // Set by start().
    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    // Set by start().
    @SuppressWarnings("NullAway.Init")
    private OpenStreams streams;

    // Set by start().
    @SuppressWarnings("NullAway.Init")
    private Router router;

    /** Serves the API's routes and those of the modules. */
    public HttpVerticle(HttpParts parts, List<RouteModule> modules) {
        this.parts = parts;
        this.modules = List.copyOf(modules);
    }

    @Override
    public Future<?> start() {
        streams = new OpenStreams(vertx, parts.feeds(), parts.config().streams(), parts.streams());
        streams.start();
        router = router();
        HttpServerOptions options = new HttpServerOptions()
                .setAcceptBacklog(ACCEPT_BACKLOG)
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                // Front ends speak HTTP/1.1 to a node, and an upgrade in the clear would lead past their rules.
                .setHttp2ClearTextEnabled(false)
                // A compressor a socket costs more memory than all the rest of it.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
        server = vertx.createHttpServer(options)
                .requestHandler(
                        new RequestGuard(parts.config().hosts(), parts.config().origins(), Errors::refuse, router))
                .invalidRequestHandler(Errors::invalid)
                .connectionHandler(connection -> {
                    HttpChannel.keepLengths(connection, options);
                    // Clients that break off are no errors of the server's, as which Vert.x would log them.
                    connection.exceptionHandler(
                            broken -> LOG.debug("A client's connection broke: {}", broken.getMessage()));
                });
        int port = parts.config().port();
        return server.listen(port == 0 ? SHARED_FREE_PORT : port, parts.config().host())
                .recover(error -> Future.failedFuture(new IOException(
                        ServerSockets.cannotListen(
                                "http", parts.config().host(), parts.config().port(), error),
                        error)));
    }

    /** Ends the streams in good order, then the server. */
    @Override
    public Future<?> stop() {
        streams.close();
        return server.shutdown(STOP_SECONDS, TimeUnit.SECONDS);
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
        return server.actualPort();
    }

    /** What is served, to hold it against the contract. */
    List<Route> routes() {
        return router.getRoutes();
    }

    private Router router() {
        UploadHandler uploads = new UploadHandler(vertx, parts);
        JobsHandler jobs = new JobsHandler(parts);
        JobControlHandler control = new JobControlHandler(parts);
        JobStreams watching = new JobStreams(vertx, parts, streams);
        UserEventsHandler users = new UserEventsHandler(parts, streams, new UserPollHandler(vertx, parts));
        Once once = new Once(parts.replies(), parts.config().callers());
        SchedulesHandler schedules = new SchedulesHandler(vertx, parts, uploads, once);
        RecipesHandler recipes = new RecipesHandler(parts);
        RecipeUploads recipeUploads = new RecipeUploads(parts);
        TryOutHandler tryOuts = new TryOutHandler(parts);
        Router router = Router.router(vertx);
        Errors.on(router);
        router.post("/api/v1/jobs").handler(uploads::create);
        router.get("/api/v1/jobs").handler(jobs::list);
        router.get("/api/v1/jobs/:id").handler(jobs::one);
        router.get("/api/v1/jobs/:id/events")
                .handler(new EventsHandler(watching, new PollHandler(vertx, parts))::handle);
        router.get("/api/v1/jobs/:id/ws").handler(new SocketHandler(watching)::handle);
        router.get("/api/v1/users/:user/events").handler(users::events);
        router.get("/api/v1/users/:user/ws").handler(users::socket);
        router.get("/api/v1/jobs/:id/results").handler(new ResultsHandler(parts)::handle);
        router.get("/api/v1/jobs/:id/items").handler(jobs::items);
        once.on(router.post("/api/v1/jobs/:id/cancel"), JobControlHandler.answering(control::cancel));
        once.on(router.post("/api/v1/jobs/:id/pause"), JobControlHandler.answering(control::pause));
        once.on(router.post("/api/v1/jobs/:id/resume"), JobControlHandler.answering(control::resume));
        once.on(router.post("/api/v1/jobs/:id/retry-failed"), JobControlHandler.answering(control::retryFailed));
        ItemHandler items = new ItemHandler(parts);
        once.on(router.post("/api/v1/jobs/:id/items/:row/answer"), items::answer);
        router.get("/api/v1/jobs/:id/items/:row/evidence/:name").handler(new EvidenceHandler(vertx, parts)::handle);
        router.post("/api/v1/schedules").handler(schedules::create);
        router.get("/api/v1/schedules").handler(schedules::list);
        router.get("/api/v1/schedules/:id").handler(schedules::one);
        once.on(router.delete("/api/v1/schedules/:id"), schedules::delete);
        once.on(router.post("/api/v1/schedules/:id/pause"), schedules::pause);
        once.on(router.post("/api/v1/schedules/:id/resume"), schedules::resume);
        router.get("/api/v1/recipes").handler(recipes::list);
        router.get("/api/v1/recipes/:name").handler(recipes::one);
        JsonBody.on(router.put("/api/v1/recipes/:name"), RecipeUploads.MAX_BYTES)
                .handler(recipeUploads::put);
        once.on(router.delete("/api/v1/recipes/:name"), recipeUploads::delete);
        router.get("/api/v1/recipes/:name/versions").handler(recipes::versions);
        JsonBody.on(router.post("/api/v1/recipes/:name/try"), TryOutHandler.MAX_BYTES)
                .handler(tryOuts::handle);
        modules.forEach(module -> module.mount(router, new RouteModule.Tools(vertx, parts, uploads, streams)));
        parts.management().mount(router);
        PageHandler.mount(router);
        return router;
    }
}
