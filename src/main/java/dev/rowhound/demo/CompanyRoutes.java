package dev.rowhound.demo;

import dev.rowhound.config.Resource;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The routes of the company register: a page per tax code, and the data for the pages' script. */
final class CompanyRoutes {
    private static final int FAILURES_OF_FLAKY = 2;

    private final Vertx vertx;
    private final DemoSite.Config config;

    /** The number of requests for each flaky code; confined to the server's event loop. */
    private final Map<String, Integer> requests = new HashMap<>();

    private final Buffer styles;
    private final Buffer script;

    /** Reads two small files, which blocks briefly. */
    CompanyRoutes(Vertx vertx, DemoSite.Config config) {
        this.vertx = vertx;
        this.config = config;
        this.styles = Buffer.buffer(Resource.bytes(CompanyRoutes.class, "site.css"));
        this.script = Buffer.buffer(Resource.bytes(CompanyRoutes.class, "company.js"));
    }

    void mount(Router router) {
        router.get("/").handler(ctx -> html(ctx.response(), 200, CompanyPages.home()));
        router.get("/companies").handler(this::search);
        router.get("/companies/:code").handler(this::page);
        router.get("/api/companies/:code").handler(this::data);
        router.get("/assets/site.css").handler(ctx -> asset(ctx, "text/css; charset=utf-8", styles));
        router.get("/assets/company.js").handler(ctx -> asset(ctx, "text/javascript; charset=utf-8", script));
    }

    private void search(RoutingContext ctx) {
        String code = ctx.request().getParam("code", "").replaceAll("\\s", "");
        String location = code.isEmpty() ? "/" : "/companies/" + URLEncoder.encode(code, StandardCharsets.UTF_8);
        ctx.response()
                .setStatusCode(303)
                .putHeader(HttpHeaders.LOCATION, location)
                .end();
    }

    private void page(RoutingContext ctx) {
        String code = ctx.pathParam("code");
        HttpServerResponse response = ctx.response();
        Companies.Answer answer = Companies.answer(code);
        switch (answer) {
            case PLAIN -> found(response, code);
            case SCRIPTED -> html(response, 200, CompanyPages.scripted(code, config.scriptDelay()));
            case SLOW -> vertx.setTimer(Math.max(1, config.slow().toMillis()), timer -> found(response, code));
            case FLAKY -> {
                if (requests.merge(code, 1, Integer::sum) <= FAILURES_OF_FLAKY) {
                    html(response, 503, CompanyPages.unavailable());
                } else {
                    found(response, code);
                }
            }
            case SILENT -> {
                // Nothing is written; the response ends with the connection.
            }
            case BLOCKED -> html(response, 403, CompanyPages.challenge());
            case NOT_FOUND_200 -> html(response, 200, CompanyPages.notFound(code));
            case NOT_FOUND_404 -> html(response, 404, CompanyPages.notFound(code));
        }
    }

    private void data(RoutingContext ctx) {
        Optional<Company> company = Companies.find(ctx.pathParam("code"));
        JsonObject json = company.map(Company::toJson)
                .orElseGet(() -> new JsonObject().put("error", "Không tìm thấy doanh nghiệp"));
        ctx.response()
                .setStatusCode(company.isPresent() ? 200 : 404)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json; charset=utf-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(json.toBuffer());
    }

    private static void asset(RoutingContext ctx, String type, Buffer content) {
        ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, type)
                .putHeader(HttpHeaders.CACHE_CONTROL, "max-age=3600")
                .end(content);
    }

    private static void found(HttpServerResponse response, String code) {
        html(response, 200, CompanyPages.company(Companies.find(code).orElseThrow()));
    }

    /** Sends the page, unless the client has disconnected. */
    private static void html(HttpServerResponse response, int status, String page) {
        if (response.closed()) {
            return;
        }
        response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(page);
    }
}
