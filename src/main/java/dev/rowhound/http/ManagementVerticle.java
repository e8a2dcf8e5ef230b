package dev.rowhound.http;

import dev.rowhound.http.request.Errors;
import dev.rowhound.http.request.HostRules;
import dev.rowhound.http.request.OriginRules;
import dev.rowhound.http.request.RequestGuard;
import dev.rowhound.http.stream.HttpChannel;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.util.Set;

/** Serves health and metrics on a port of their own, on every node. */
public final class ManagementVerticle extends VerticleBase {
    private static final OriginRules NO_ORIGINS = new OriginRules(Set.of());

    private final ManagementConfig config;
    private final HostRules hosts;
    private final Management management;
    // Set by start().
    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    /**
     * Serves that there.
     *
     * @param hosts the names by which the node is known; any address is served beside them
     */
    public ManagementVerticle(ManagementConfig config, HostRules hosts, Management management) {
        this.hosts = hosts;
        this.config = config;
        this.management = management;
    }

    @Override
    public Future<?> start() {
        Router router = Router.router(vertx);
        management.mount(router);
        Errors.on(router);
        HttpServerOptions options = new HttpServerOptions().setHttp2ClearTextEnabled(false);
        server = vertx.createHttpServer(options)
                .requestHandler(new RequestGuard(hosts.withEveryAddress(), NO_ORIGINS, Errors::refuse, router))
                .invalidRequestHandler(Errors::invalid)
                .connectionHandler(connection -> HttpChannel.keepLengths(connection, options));
        return server.listen(config.port(), config.host())
                .recover(error -> Future.failedFuture(new IOException(
                        ServerSockets.cannotListen("management", config.host(), config.port(), error), error)));
    }

    @Override
    public Future<?> stop() {
        return server.close();
    }
}
