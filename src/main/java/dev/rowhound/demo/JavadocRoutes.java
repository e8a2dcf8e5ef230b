package dev.rowhound.demo;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Serves a library's Javadoc from its jar, as an example of pages that were not made for this program. */
final class JavadocRoutes implements AutoCloseable {
    private static final String ROOT = "/javadoc/";

    private static final Map<String, String> CONTENT_TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "md", "text/plain; charset=utf-8",
            "xml", "application/xml",
            "svg", "image/svg+xml",
            "png", "image/png");

    private static final String NOT_FOUND = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <title>Page not found</title>
            <link rel="icon" href="data:,">
            <link rel="stylesheet" href="/assets/site.css">
            </head>
            <body>
            <main>
            <section class="hop no-such-page">
            <h1>Page not found</h1>
            <p>This documentation has no such page. <a href="/javadoc/index.html">Go to its first page</a>.</p>
            </section>
            </main>
            </body>
            </html>
            """;

    private final Vertx vertx;
    private final FileSystem jar;

    /**
     * Opens the jar and reads its table of contents, which blocks briefly.
     *
     * @throws IOException if the file is missing or not a jar
     */
    JavadocRoutes(Vertx vertx, Path jar) throws IOException {
        this.vertx = vertx;
        this.jar = FileSystems.newFileSystem(jar);
    }

    void mount(Router router) {
        router.get("/javadoc").handler(JavadocRoutes::redirectToIndex);
        router.get(ROOT).handler(JavadocRoutes::redirectToIndex);
        router.get(ROOT + "*").handler(this::file);
    }

    private static void redirectToIndex(RoutingContext ctx) {
        ctx.response()
                .setStatusCode(303)
                .putHeader(HttpHeaders.LOCATION, ROOT + "index.html")
                .end();
    }

    private void file(RoutingContext ctx) {
        // The router has resolved "." and "..", and left other escapes unchanged. Names in the jar need no escapes, so
        // an escaped name is not in it, and no file outside the jar can be named through its file system.
        String name = ctx.normalizedPath().substring(ROOT.length());
        vertx.executeBlocking(() -> read(name), false)
                .onSuccess(content -> content.ifPresentOrElse(
                        bytes -> ctx.response()
                                .putHeader(HttpHeaders.CONTENT_TYPE, contentType(name))
                                .putHeader(HttpHeaders.CACHE_CONTROL, "max-age=3600")
                                .end(bytes),
                        () -> ctx.response()
                                .setStatusCode(404)
                                .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
                                .end(NOT_FOUND)))
                .onFailure(ctx::fail);
    }

    private Optional<Buffer> read(String name) throws IOException {
        Path file = jar.getPath("/", name);
        return Files.isRegularFile(file) ? Optional.of(Buffer.buffer(Files.readAllBytes(file))) : Optional.empty();
    }

    private static String contentType(String name) {
        String extension = name.substring(name.lastIndexOf('.') + 1);
        return CONTENT_TYPES.getOrDefault(extension, "application/octet-stream");
    }

    @Override
    public void close() throws IOException {
        jar.close();
    }
}
