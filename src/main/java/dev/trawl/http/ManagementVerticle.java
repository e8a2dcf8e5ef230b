package dev.trawl.http;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;

/** Serves health and metrics on a port of their own, on every node. */
public final class ManagementVerticle extends VerticleBase {
    private final ManagementConfig config;
    private final Management management;
    // Set by start().
    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    /** Serves that there. */
    public ManagementVerticle(ManagementConfig config, Management management) {
        this.config = config;
        this.management = management;
    }

    @Override
    public Future<?> start() {
        Router router = Router.router(vertx);
        management.mount(router);
        server = vertx.createHttpServer().requestHandler(router);
        return server.listen(config.port(), config.host())
                .recover(error -> Future.failedFuture(new IOException(
                        ServerSockets.cannotListen("management", config.host(), config.port(), error), error)));
    }

    @Override
    public Future<?> stop() {
        return server.close();
    }
}
