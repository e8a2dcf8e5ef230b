package dev.rowhound.http.request;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands in front of all routes of a port. What it lets through is framed without doubt, is meant for this host, and
 * comes from a program or from a page that may ask. Every answer, its own and the routes', keeps other sites' pages from
 * reading it in another guise.
 */
public final class RequestGuard implements Handler<HttpServerRequest> {
    private final HostRules hosts;
    private final OriginRules origins;
    private final BiConsumer<HttpServerRequest, RequestFault> refusing;
    private final Handler<HttpServerRequest> routes;

    /**
     * Guards the routes.
     *
     * @param refusing answers a request that goes no further
     */
    public RequestGuard(
            HostRules hosts,
            OriginRules origins,
            BiConsumer<HttpServerRequest, RequestFault> refusing,
            Handler<HttpServerRequest> routes) {
        this.hosts = hosts;
        this.origins = origins;
        this.refusing = refusing;
        this.routes = routes;
    }

    @Override
    public void handle(HttpServerRequest request) {
        protect(request);
        RequestFault refusal = fault(request);
        if (refusal != null) {
            refusing.accept(request, refusal);
            return;
        }
        origins.allow(request);
        if (origins.isPreflight(request)) {
            origins.answerPreflight(request);
        } else {
            routes.handle(request);
        }
    }

    /** Sets the headers of every answer: it is what its content type says, and no other site's page may embed it. */
    public static void protect(HttpServerRequest request) {
        request.response()
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin");
    }

    private @Nullable RequestFault fault(HttpServerRequest request) {
        RequestFault refusal = Framing.fault(request);
        if (refusal == null) {
            refusal = hosts.fault(request);
        }
        return refusal == null ? origins.fault(request) : refusal;
    }
}
