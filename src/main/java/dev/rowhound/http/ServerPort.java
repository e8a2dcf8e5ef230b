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

/** An HTTP server on one port, for one verticle. */
public final class ServerPort {
    private static final Logger LOG = LoggerFactory.getLogger(ServerPort.class);

    private final String section;
    private final HttpServerOptions options;
    private final HttpServer server;
    private volatile boolean listening;

    /**
     * Creates a server that does not listen yet.
     *
     * @param section the configuration section with the host and port
     * @param options server options; HTTP/2 without TLS is always disabled
     * @param requests handles the requests
     */
    ServerPort(Vertx vertx, String section, HttpServerOptions options, Handler<HttpServerRequest> requests) {
        this.section = section;
        // Proxies speak HTTP/1.1 to a node, and an upgrade to h2c would bypass their rules.
        this.options = options.setHttp2ClearTextEnabled(false);
        this.server = vertx.createHttpServer(options)
                .requestHandler(requests)
                .invalidRequestHandler(Errors::invalid)
                .connectionHandler(this::connected);
    }

    /**
     * Starts to listen.
     *
     * @param port the port; 0 for any free one, negative for any free one that the verticle's instances share
     * @return fails with a message that says what to do
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
            // Vert.x 5.0 binds a server before its metrics are ready. A request on a connection that arrives in between
            // fails inside Vert.x and is never answered. Closing the connection makes the client try again.
            var unused = connection.close();
            return;
        }
        HttpChannel.keepLengths(connection, options);
        // Without a handler, Vert.x would log disconnecting clients as errors.
        connection.exceptionHandler(error -> LOG.debug("A client connection failed: {}", error.getMessage()));
    }

    HttpServer server() {
        return server;
    }

    /**
     * Checks before a slow start-up that the port can be bound.
     *
     * @param section the configuration section with the host and port
     * @param port the port, or 0 for any free one
     * @throws IOException if it cannot be bound; the message says what to do
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
            return "port " + port + " on " + host
                    + " is in use; stop the program that uses it, or set another port with " + "--set " + section
                    + ".port=N" + (section.equals("http") ? " or PORT=N" : "");
        }
        return "cannot listen on " + host + ":" + port + " (" + section + ".host, " + section + ".port): "
                + error.getMessage();
    }
}
