package dev.rowhound.http;

import dev.rowhound.http.request.RouteModule;
import dev.rowhound.http.request.RouteTable;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.CheckResult;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Serves health and metrics, on the public port and on the management port.
 *
 * @param checks the health checks of the node
 * @param registry the meters
 * @param workers how many items the node processes concurrently
 * @param ready whether the node has started and is not stopping
 */
public record Management(HealthChecks checks, PrometheusMeterRegistry registry, int workers, BooleanSupplier ready)
        implements RouteModule {
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    @Override
    public void mount(RouteTable routes, Server server) {
        handlers().forEach((path, handler) -> routes.get(path).anonymous().handler(handler));
    }

    /** Adds the routes to the management port. */
    void mount(Router router) {
        handlers().forEach((path, handler) -> router.get(path).handler(handler));
    }

    private Map<String, Handler<RoutingContext>> handlers() {
        return Map.of(
                "/health", this::health,
                "/health/live", context -> context.json(new JsonObject().put("status", "alive")),
                "/health/ready", this::readiness,
                "/metrics", this::metrics);
    }

    private void metrics(RoutingContext context) {
        var unused = context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, METRICS_TYPE)
                .end(registry.scrape());
    }

    private void health(RoutingContext context) {
        check().onComplete(result ->
                answer(context, result.succeeded(), result.succeeded() ? result.result() : failed(result.cause())));
    }

    private void readiness(RoutingContext context) {
        if (!ready.getAsBoolean()) {
            answer(context, false, new JsonObject().put("status", "unhealthy").put("workers", workers));
            return;
        }
        health(context);
    }

    private Future<JsonObject> check() {
        return checks.checkStatus().map(this::body);
    }

    private JsonObject body(CheckResult result) {
        JsonObject body = result.toJson();
        boolean up = Boolean.TRUE.equals(CheckResult.isUp(result));
        return new JsonObject()
                .put("status", up ? "healthy" : "unhealthy")
                .put("workers", workers)
                .put("checks", body.getJsonArray("checks"));
    }

    private JsonObject failed(Throwable error) {
        return new JsonObject()
                .put("status", "unhealthy")
                .put("workers", workers)
                .put("message", String.valueOf(error.getMessage()));
    }

    private static void answer(RoutingContext context, boolean checked, JsonObject body) {
        boolean healthy = checked && "healthy".equals(body.getString("status"));
        var unused = context.response()
                .setStatusCode(healthy ? 200 : 503)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(body.toBuffer());
    }
}
