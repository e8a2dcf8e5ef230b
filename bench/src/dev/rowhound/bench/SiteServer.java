package dev.rowhound.bench;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Serves a site from memory on the loopback interface. It runs in the benchmark's process, so that its work does not
 * count for a side. Pages may be delayed, as on a slow site; other files are sent at once and are cacheable for an
 * hour.
 */
final class SiteServer implements AutoCloseable {
    private static final int START_SECONDS = 10;
    private static final Map<String, String> TYPES =
            Map.of("html", "text/html; charset=utf-8", "css", "text/css", "png", "image/png");

    private final Vertx vertx = Vertx.vertx();
    private final Map<String, Buffer> files;

    SiteServer(CompanySite site) {
        this.files = site.files();
    }

    /**
     * Listens on a free port.
     *
     * @param delayMillis the delay of each page
     * @return the base URL
     */
    String listen(int delayMillis) throws Exception {
        HttpServer server = vertx.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .requestHandler(request -> respond(request, delayMillis));
        server.listen().toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
        return "http://127.0.0.1:" + server.actualPort();
    }

    private void respond(HttpServerRequest request, int delayMillis) {
        Buffer body = files.get(request.path());
        if (body == null) {
            request.response().setStatusCode(404).end();
            return;
        }
        String type = request.path().substring(request.path().lastIndexOf('.') + 1);
        boolean page = type.equals("html");
        request.response().putHeader("Content-Type", TYPES.get(type));
        if (!page) {
            request.response().putHeader("Cache-Control", "max-age=3600");
        }
        if (page && delayMillis > 0) {
            vertx.setTimer(delayMillis, timer -> request.response().end(body));
        } else {
            request.response().end(body);
        }
    }

    @Override
    public void close() {
        vertx.close();
    }
}
