package dev.rowhound.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.rowhound.cli.client.ServerClient;
import dev.rowhound.cli.client.TestServer;
import dev.rowhound.cli.console.CommandFailure;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DemoSiteProcessTest {
    @TempDir
    private Path folder;

    /** A program that serves what tells the demo site from others, on the port after {@code --port=}. */
    static final class StandIn {
        private StandIn() {}

        public static void main(String[] args) throws IOException {
            assertThat(args[0]).isEqualTo("demo-site");
            int port = Integer.parseInt(args[1].substring("--port=".length()));
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            closeFirstConnection(address);
            HttpServer server = HttpServer.create(address, 0);
            server.createContext("/healthz", exchange -> {
                byte[] body = "{\"site\":\"rowhound-demo\"}".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            server.start();
        }

        /** Leaves the first request without a response, as a busy machine may. */
        private static void closeFirstConnection(InetSocketAddress address) throws IOException {
            try (ServerSocket listener = new ServerSocket()) {
                listener.setReuseAddress(true);
                listener.bind(address);
                listener.accept().close();
            }
        }
    }

    /** A program that ends before it serves. */
    static final class Quitter {
        private Quitter() {}

        public static void main(String[] args) {}
    }

    @Test
    void startsTheSiteWhereNothingListensAndEndsItAgain() throws Exception {
        int port = freePort();
        URI address = URI.create("http://127.0.0.1:" + port);
        DemoSiteProcess site = DemoSiteProcess.ensure(StandIn.class, port, log());
        try {
            assertThat(site.description(true)).isEqualTo("runs at " + address);
            assertThat(site.description(false)).contains("keeps running after this command");
            assertThat(HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(address.resolve("/healthz"))
                                            .build(),
                                    BodyHandlers.ofString())
                            .body())
                    .contains("rowhound-demo");
        } finally {
            site.stopIfOwn();
        }
        assertThatThrownBy(() -> new ServerClient(address).job("any")).isInstanceOf(IOException.class);
    }

    @Test
    void usesASiteThatRunsAlreadyAndLeavesItRunning() throws Exception {
        try (TestServer server = new TestServer(router -> router.get("/healthz")
                .handler(context -> context.json(new JsonObject().put("site", "rowhound-demo"))))) {
            DemoSiteProcess site =
                    DemoSiteProcess.ensure(Quitter.class, server.address().getPort(), log());
            assertThat(site.description(false)).startsWith("is already running at ");
            site.stopIfOwn();
            assertThat(DemoSiteProcess.ensure(Quitter.class, server.address().getPort(), log())
                            .description(false))
                    .startsWith("is already running at ");
        }
    }

    @Test
    void saysThatAnotherProgramHoldsThePort() throws Exception {
        try (TestServer server = new TestServer(router -> {})) {
            assertThatThrownBy(() -> DemoSiteProcess.ensure(
                            StandIn.class, server.address().getPort(), log()))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("is in use by another program");
        }
    }

    @Test
    void saysWhereToReadWhyTheSiteEnded() throws Exception {
        int port = freePort();
        assertThatThrownBy(() -> DemoSiteProcess.ensure(Quitter.class, port, log()))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("the demo site exited at startup; see " + log());
    }

    private Path log() {
        return folder.resolve("demo-site.log");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
