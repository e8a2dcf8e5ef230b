package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who asks while a server begins to listen gets an answer or is hung up on, and never waits for nothing. */
@Timeout(60)
class ServerPortTest {
    private static final int STARTS = 150;
    private static final int CLIENTS = 4;
    private static final int PATIENCE_MILLIS = 2000;

    @Test
    void leavesNobodyWithoutAnAnswer() throws Exception {
        Vertx vertx = Vertx.builder()
                .with(new VertxOptions().setMetricsOptions(new MicrometerMetricsOptions().setEnabled(true)))
                .withMetrics(new MicrometerMetricsFactory(new SimpleMeterRegistry()))
                .build();
        try {
            int answered = 0;
            for (int i = 0; i < STARTS; i++) {
                int port = freePort();
                AtomicBoolean stop = new AtomicBoolean();
                List<CompletableFuture<Integer>> clients = Stream.generate(() ->
                                CompletableFuture.supplyAsync(() -> ask(port, stop), task -> new Thread(task).start()))
                        .limit(CLIENTS)
                        .toList();
                String id = vertx.deployVerticle(() -> new Serving(port), new DeploymentOptions().setInstances(2))
                        .await(10, TimeUnit.SECONDS);
                assertThat(get(port)).startsWith("HTTP/1.1 200");
                stop.set(true);
                for (CompletableFuture<Integer> client : clients) {
                    answered += client.get(10, TimeUnit.SECONDS);
                }
                vertx.undeploy(id).await(10, TimeUnit.SECONDS);
            }
            assertThat(answered).isPositive();
        } finally {
            vertx.close().await(10, TimeUnit.SECONDS);
        }
    }

    private static final class Serving extends VerticleBase {
        private final int port;

        Serving(int port) {
            this.port = port;
        }

        @Override
        public Future<?> start() {
            return new ServerPort(
                            vertx,
                            "http",
                            new HttpServerOptions(),
                            request -> request.response().end("here"))
                    .listen("127.0.0.1", port);
        }
    }

    /** Asks anew as soon as it is answered, refused or hung up on, and says how often it was answered. */
    private static int ask(int port, AtomicBoolean stop) {
        int answered = 0;
        while (!stop.get()) {
            try {
                answered += get(port).isEmpty() ? 0 : 1;
            } catch (SocketTimeoutException e) {
                throw new AssertionError("a request was left without an answer", e);
            } catch (IOException e) {
                // Nobody listens yet, or hangs up.
                Thread.onSpinWait();
            }
        }
        return answered;
    }

    private static String get(int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (SocketException e) {
            return "";
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
