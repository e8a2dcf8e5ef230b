package dev.rowhound.bench;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Serves a site out of memory on the loopback interface, in the bench's own process, so that none of its work counts for
 * a side. Pages may come late, as those of a slow site do; what they refer to comes at once and may be kept for an hour.
 */
final class SiteServer implements AutoCloseable {
    private static final int START_SECONDS = 10;
    private static final Map<String, String> TYPES =
            Map.of("html", "text/html; charset=utf-8", "css", "text/css", "png", "image/png");

    private final Vertx vertx = Vertx.vertx();
    private final Map<String, Buffer> files;

    /** Serves nothing yet. */
    SiteServer(CompanySite site) {
        this.files = site.files();
    }

    /**
     * Serves on a free port.
     *
     * @param delayMillis how late a page comes
     * @return the address before the path
     */
    String listen(int delayMillis) throws Exception {
        HttpServer server = vertx.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .requestHandler(request -> answer(request, delayMillis));
        server.listen().toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
        return "http://127.0.0.1:" + server.actualPort();
    }

    private void answer(HttpServerRequest request, int delayMillis) {
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
            vertx.setTimer(delayMillis, late -> request.response().end(body));
        } else {
            request.response().end(body);
        }
    }

    @Override
    public void close() {
        vertx.close();
    }
}
