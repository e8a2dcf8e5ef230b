package dev.rowhound.http.request;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks each request of a port before its routes see it: the framing must be unambiguous, the host must be one that
 * the port serves, and a web page must have an allowed origin. Also sets security headers on every response.
 */
public final class RequestGuard implements Handler<HttpServerRequest> {
    private final HostRules hosts;
    private final OriginRules origins;
    private final BiConsumer<HttpServerRequest, RequestFault> refusing;
    private final Handler<HttpServerRequest> routes;

    /**
     * Creates a guard.
     *
     * @param refusing answers a rejected request
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

    /**
     * Sets the headers of every response: browsers must not guess its content type, and pages of other origins must not
     * embed it.
     */
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
