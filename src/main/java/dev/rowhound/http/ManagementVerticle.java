package dev.rowhound.http;

import dev.rowhound.http.request.Errors;
import dev.rowhound.http.request.HostRules;
import dev.rowhound.http.request.OriginRules;
import dev.rowhound.http.request.RequestGuard;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.util.Set;

/** Serves health and metrics on the management port of every node. */
public final class ManagementVerticle extends VerticleBase {
    private static final OriginRules NO_ORIGINS = new OriginRules(Set.of());

    private final ManagementConfig config;
    private final HostRules hosts;
    private final Management management;
    // Set by start().
    @SuppressWarnings("NullAway.Init")
    private ServerPort port;

    /**
     * Creates the server.
     *
     * @param hosts the host names of the node; literal addresses are served too
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
        port = new ServerPort(
                vertx,
                "management",
                new HttpServerOptions(),
                new RequestGuard(hosts.withEveryAddress(), NO_ORIGINS, Errors::refuse, router));
        return port.listen(config.host(), config.port());
    }

    @Override
    public Future<?> stop() {
        return port.server().close();
    }
}
