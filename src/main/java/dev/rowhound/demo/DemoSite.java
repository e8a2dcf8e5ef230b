package dev.rowhound.demo;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The site that the examples look up: a company register in Vietnamese under {@code /companies/{code}} with generated
 * data, the Javadoc of a library under {@code /javadoc/}, and practice pages under {@code /practice}. {@code /healthz}
 * responds with <code>{"site":"rowhound-demo"}</code>, so that a starter can tell this site from another program on its
 * port. The site ends by itself after a while without requests, so that a forgotten one does not run forever.
 */
public final class DemoSite {
    /** The port that the shipped recipes use. */
    public static final int DEFAULT_PORT = 8110;

    /** The value of {@code site} in {@code /healthz}. */
    public static final String NAME = "rowhound-demo";

    private static final Logger LOG = LoggerFactory.getLogger(DemoSite.class);

    /**
     * The configuration of the site.
     *
     * @param host the address to listen on
     * @param port the port to listen on; 0 for any free one
     * @param javadocJar the jar whose files are served under {@code /javadoc/}
     * @param slow the response time of the slow company's page
     * @param scriptDelay the delay before a page's script fetches the company
     * @param idle the time without requests after which the site ends; zero means never
     */
    public record Config(String host, int port, Path javadocJar, Duration slow, Duration scriptDelay, Duration idle) {
        /**
         * Returns the configuration that the shipped recipes expect, on the loopback address and {@link #DEFAULT_PORT}.
         */
        public static Config standard(Path javadocJar) {
            return new Config(
                    "127.0.0.1",
                    DEFAULT_PORT,
                    javadocJar,
                    Duration.ofSeconds(5),
                    Duration.ofMillis(300),
                    Duration.ofMinutes(30));
        }

        public Config withPort(int newPort) {
            return new Config(host, newPort, javadocJar, slow, scriptDelay, idle);
        }
    }

    private final Vertx vertx;
    private final HttpServer server;
    private final JavadocRoutes javadoc;
    private final Duration idle;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final Promise<Void> ended = Promise.promise();
    private volatile long lastRequest = System.nanoTime();
    private volatile long idleTimer = -1;

    private DemoSite(Vertx vertx, Config config) throws IOException {
        this.vertx = vertx;
        this.idle = config.idle();
        this.javadoc = openJar(vertx, config.javadocJar());
        this.server = vertx.createHttpServer().requestHandler(router(new CompanyRoutes(vertx, config)));
    }

    /**
     * Starts the site. The future fails with an {@link IOException}, whose message is a sentence for people, if the
     * port is in use or the jar cannot be read.
     */
    public static Future<DemoSite> start(Vertx vertx, Config config) {
        return vertx.executeBlocking(() -> new DemoSite(vertx, config)).compose(site -> site.listen(config));
    }

    private static JavadocRoutes openJar(Vertx vertx, Path jar) throws IOException {
        if (!Files.isRegularFile(jar)) {
            throw new IOException("The demo site's javadoc jar " + jar + " does not exist; the build puts it there.");
        }
        try {
            return new JavadocRoutes(vertx, jar);
        } catch (IOException | ProviderNotFoundException e) {
            throw new IOException("The demo site cannot read its javadoc jar " + jar + ": " + e.getMessage() + ".", e);
        }
    }

    private Future<DemoSite> listen(Config config) {
        return server.listen(config.port(), config.host()).transform((listening, failure) -> {
            if (failure != null) {
                return closeJar().transform(closed -> Future.failedFuture(cannotListen(config, failure)));
            }
            LOG.info("demo site: serving on http://{}:{}", config.host(), port());
            watchIdleness();
            return Future.succeededFuture(this);
        });
    }

    private static IOException cannotListen(Config config, Throwable failure) {
        String where = config.host() + ":" + config.port();
        String why = failure instanceof BindException
                ? "the port is in use or the address is not this machine's; stop what uses it or give another port"
                : failure.getMessage();
        return new IOException("The demo site cannot listen on " + where + ": " + why + ".", failure);
    }

    private Router router(CompanyRoutes companies) {
        Router router = Router.router(vertx);
        router.route().handler(ctx -> {
            lastRequest = System.nanoTime();
            ctx.next();
        });
        router.get("/healthz")
                .handler(ctx -> ctx.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                        .end(new JsonObject().put("site", NAME).toBuffer()));
        companies.mount(router);
        javadoc.mount(router);
        new PracticeRoutes().mount(router);
        return router;
    }

    private void watchIdleness() {
        if (idle.isZero()) {
            return;
        }
        Duration left = idle.minusNanos(System.nanoTime() - lastRequest);
        if (left.isNegative() || left.isZero()) {
            LOG.info("demo site: ending after {} s without a request", idle.toSeconds());
            close();
        } else {
            idleTimer = vertx.setTimer(left.toMillis() + 1, timer -> watchIdleness());
        }
    }

    /** Returns the actual port. */
    public int port() {
        return server.actualPort();
    }

    /** Returns a future that completes when the site has ended, by {@link #close()} or after the idle time. */
    public Future<Void> ended() {
        return ended.future();
    }

    /** Ends the site and closes open connections; all calls return the same future. */
    public Future<Void> close() {
        if (closing.compareAndSet(false, true)) {
            vertx.cancelTimer(idleTimer);
            server.close().eventually(this::closeJar).onComplete(ended);
        }
        return ended();
    }

    private Future<Void> closeJar() {
        return vertx.executeBlocking(() -> {
            javadoc.close();
            return null;
        });
    }
}
