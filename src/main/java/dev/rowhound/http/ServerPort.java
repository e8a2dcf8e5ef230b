package dev.rowhound.http;

import dev.rowhound.http.request.Errors;
import dev.rowhound.http.stream.HttpChannel;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A port that HTTP is served on, for one verticle. */
public final class ServerPort {
    private static final Logger LOG = LoggerFactory.getLogger(ServerPort.class);

    private final String section;
    private final HttpServerOptions options;
    private final HttpServer server;
    private volatile boolean listening;

    /**
     * Listens nowhere yet.
     *
     * @param section the configuration's section that has the address
     * @param options the server's; HTTP/2 in the clear is off whatever they say
     * @param requests serves what is asked
     */
    ServerPort(Vertx vertx, String section, HttpServerOptions options, Handler<HttpServerRequest> requests) {
        this.section = section;
        // Front ends speak HTTP/1.1 to a node, and an upgrade in the clear would lead past their rules.
        this.options = options.setHttp2ClearTextEnabled(false);
        this.server = vertx.createHttpServer(options)
                .requestHandler(requests)
                .invalidRequestHandler(Errors::invalid)
                .connectionHandler(this::connected);
    }

    /**
     * Begins to listen.
     *
     * @param port the port; 0 for any free one, below 0 for any free one that the verticle's instances share
     * @return fails with a sentence that says what to do
     */
    Future<Void> listen(String host, int port) {
        return server.listen(port, host)
                .<Void>map(open -> {
                    listening = true;
                    return null;
                })
                .recover(error -> Future.failedFuture(
                        new IOException(cannotListen(section, host, Math.max(0, port), error), error)));
    }

    private void connected(HttpConnection connection) {
        if (!listening) {
            // Vert.x 5.0 binds a server before it gives it metrics. A request of a connection that comes in between
            // fails within Vert.x and is never answered; who is hung up on asks again.
            var unused = connection.close();
            return;
        }
        HttpChannel.keepLengths(connection, options);
        // Clients that break off are no errors of the server's, as which Vert.x would log them.
        connection.exceptionHandler(broken -> LOG.debug("A client's connection broke: {}", broken.getMessage()));
    }

    /** What listens. */
    HttpServer server() {
        return server;
    }

    /**
     * Checks that a server will be able to listen, before a start takes longer steps.
     *
     * @param section the configuration's section that has the address
     * @param port the port, or 0 for any free one
     * @throws IOException with a sentence that says what to do, if it will not
     */
    public static void check(String section, String host, int port) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(host, port));
        } catch (IOException e) {
            throw new IOException(cannotListen(section, host, port, e), e);
        }
    }

    private static String cannotListen(String section, String host, int port, Throwable error) {
        if (error instanceof BindException && String.valueOf(error.getMessage()).contains("in use")) {
            return "port " + port + " on " + host + " is busy; stop what listens there, or give another port with "
                    + "--set " + section + ".port=N" + (section.equals("http") ? " or PORT=N" : "");
        }
        return "cannot listen on " + host + ":" + port + " (" + section + ".host, " + section + ".port): "
                + error.getMessage();
    }
}
