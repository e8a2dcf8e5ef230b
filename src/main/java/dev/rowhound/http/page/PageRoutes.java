package dev.rowhound.http.page;

import dev.rowhound.artifact.Sha256;
import dev.rowhound.config.Resource;
import dev.rowhound.http.request.RouteModule;
import dev.rowhound.http.request.RouteTable;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Serves the web page and the API contract from memory: a few small files from the jar. Browsers revalidate them on
 * each use, so that an update of the program takes effect at once.
 */
public final class PageRoutes implements RouteModule {
    /** Modules of the client library that the page imports; their source is in clients/js. */
    private static final List<String> CLIENT = List.of(
            "address",
            "answers",
            "backoff",
            "cvs",
            "eventsource",
            "fetch-stream",
            "index",
            "link",
            "polling",
            "sequence",
            "sse-parser",
            "tabs",
            "watch",
            "websocket");

    private static final Map<String, String> FILES = files();

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "yaml", "application/yaml; charset=utf-8",
            "json", "application/schema+json; charset=utf-8");

    /** Content security policy: only the page's own scripts and styles, and connections to its own server. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

    private static Map<String, String> files() {
        Map<String, String> files = new HashMap<>(Map.of(
                "/", "web/index.html",
                "/style.css", "web/style.css",
                "/app.js", "web/app.js",
                "/api.js", "web/api.js",
                "/job.js", "web/job.js",
                "/table.js", "web/table.js",
                "/favicon.svg", "web/favicon.svg",
                "/openapi.yaml", "openapi.yaml",
                "/event.schema.json", "event.schema.json"));
        List.of("dom", "evidence", "question")
                .forEach(module -> files.put("/" + module + ".js", "web/" + module + ".js"));
        files.put("/try.js", "web/try.js");
        files.put("/try.css", "web/try.css");
        CLIENT.forEach(module -> files.put("/client/" + module + ".js", "web/client/" + module + ".js"));
        return files;
    }

    @Override
    public void mount(RouteTable routes, Server server) {
        FILES.forEach((path, name) -> {
            byte[] bytes = Resource.bytes(PageRoutes.class, "/" + name);
            String tag =
                    "\"" + Sha256.hex(new String(bytes, StandardCharsets.UTF_8)).substring(0, 16) + "\"";
            String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
            Buffer body = Buffer.buffer(bytes);
            routes.get(path).anonymous().handler(context -> serve(context, body, tag, type));
        });
    }

    private static void serve(RoutingContext context, Buffer body, String tag, String type) {
        HttpServerResponse response = context.response()
                .putHeader(HttpHeaders.ETAG, tag)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("Referrer-Policy", "no-referrer");
        if (tag.equals(context.request().getHeader(HttpHeaders.IF_NONE_MATCH))) {
            var unused = response.setStatusCode(304).end();
        } else {
            var unused = response.putHeader(HttpHeaders.CONTENT_TYPE, type).end(body);
        }
    }
}
