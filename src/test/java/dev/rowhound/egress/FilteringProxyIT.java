package dev.rowhound.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.Await;
import dev.rowhound.job.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a browserProxy lets through and what not, byte for byte. */
class FilteringProxyIT {
    private static final Egress.Limits NOTHING_REMEMBERED =
            new Egress.Limits(Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofMinutes(1), Duration.ZERO, 64);

    private static final Duration LONG = Duration.ofSeconds(10);

    private final ForbiddenServer site = new ForbiddenServer();
    private final ForbiddenServer secret = new ForbiddenServer();
    private final Map<String, List<String>> names = new ConcurrentHashMap<>();
    private Egress egress;
    private BrowserProxy browserProxy;

    @BeforeEach
    void open() {
        names.put("site.example", List.of("127.0.0.1"));
        // Whatever comes to the site's port is allowed as if it were public, nothing else on this machine.
        open(EgressConfig.DEFAULT.allowing("127.0.0.1:" + site.port()));
        site.page("/", "<p>hello");
    }

    private void open(EgressConfig config) {
        if (egress != null) {
            egress.close();
        }
        egress = Egress.open(config, this::resolve, NOTHING_REMEMBERED);
        browserProxy = egress.browserProxy();
    }

    private List<InetAddress> resolve(String name) throws UnknownHostException {
        List<String> addresses = names.get(name);
        if (addresses == null) {
            throw new UnknownHostException(name);
        }
        List<InetAddress> found = new java.util.ArrayList<>();
        for (String address : addresses) {
            found.add(InetAddress.getByName(address));
        }
        return found;
    }

    @AfterEach
    void close() {
        egress.close();
        site.close();
        secret.close();
        assertThat(secret.connections()).isZero();
    }

    @Test
    void aRequestReachesTheSiteAsTheSitesOwn() throws Exception {
        try (RawClient client = new RawClient(browserProxy.port())) {
            client.send("GET http://site.example:" + site.port() + "/a?b=c HTTP/1.1\r\nHost: elsewhere\r\n"
                    + "Proxy-Connection: keep-alive\r\nProxy-Authorization: Basic x\r\nX-Own: 1\r\nX-Own: 2\r\n"
                    + "Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\n\r\n");

            assertThat(client.head()).startsWith("HTTP/1.1 200 OK\r\n").containsIgnoringCase("content-length: 8");
            assertThat(client.read(8)).isEqualTo("<p>hello");
        }
        assertThat(site.heads()).hasSize(1);
        assertThat(site.heads().get(0))
                .startsWith("GET /a?b=c HTTP/1.1\n")
                .containsIgnoringCase("host: site.example:" + site.port())
                .containsIgnoringCase("x-own: 1\nx-own: 2")
                .doesNotContainIgnoringCase("proxy-")
                .doesNotContainIgnoringCase("x-hop")
                .doesNotContain("elsewhere");
        assertThat(browserProxy.refusals()).isEmpty();
        assertThat(browserProxy.traffic()).isEqualTo(new BrowserProxy.Traffic(1, 8));
    }

    @Test
    void connectionsAreKeptOnBothSides() throws Exception {
        try (RawClient client = new RawClient(browserProxy.port())) {
            for (int i = 0; i < 5; i++) {
                client.get("http://site.example:" + site.port() + "/" + i);
                client.head();
                client.read(8);
            }
        }
        assertThat(site.heads()).hasSize(5);
        assertThat(site.connections()).isEqualTo(1);
    }

    @Test
    void answersOfEveryShapeArrive() throws Exception {
        site.answer(
                "/chunked",
                (head, body, socket) -> ForbiddenServer.write(
                        socket,
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n"));
        site.answer("/close", (head, body, socket) -> {
            ForbiddenServer.write(socket, "HTTP/1.0 200 OK\r\n\r\nuntil the end");
            socket.close();
        });
        site.answer("/none", (head, body, socket) -> ForbiddenServer.write(socket, "HTTP/1.1 204 No Content\r\n\r\n"));
        site.answer(
                "/same",
                (head, body, socket) ->
                        ForbiddenServer.write(socket, "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n"));
        site.answer(
                "/early",
                (head, body, socket) -> ForbiddenServer.write(
                        socket,
                        "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
        site.answer(
                "HEAD /head",
                (head, body, socket) ->
                        ForbiddenServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 123456789\r\n\r\n"));
        String base = "http://site.example:" + site.port();
        try (RawClient client = new RawClient(browserProxy.port())) {
            client.get(base + "/chunked");
            assertThat(client.head()).containsIgnoringCase("transfer-encoding: chunked");
            assertThat(client.read(22)).isEqualTo("3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
            client.get(base + "/none");
            assertThat(client.head()).startsWith("HTTP/1.1 204");
            client.get(base + "/same");
            assertThat(client.head()).startsWith("HTTP/1.1 304").containsIgnoringCase("etag: \"x\"");
            client.send("HEAD " + base + "/head HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 200").containsIgnoringCase("content-length: 123456789");
            client.get(base + "/early");
            assertThat(client.head()).startsWith("HTTP/1.1 200 OK");
            assertThat(client.read(2)).isEqualTo("ok");
            client.get(base + "/close");
            assertThat(client.head()).containsIgnoringCase("transfer-encoding: chunked");
            assertThat(client.read(23)).isEqualTo("d\r\nuntil the end\r\n0\r\n\r\n");
        }
        assertThat(browserProxy.refusals()).isEmpty();
    }

    @Test
    void bodiesGoUp() throws Exception {
        site.answer("POST /up", (head, body, socket) -> ForbiddenServer.send(socket, "200 OK", "X: y", body));
        try (RawClient client = new RawClient(browserProxy.port())) {
            client.send("POST http://site.example:" + site.port()
                    + "/up HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\nhello");
            TimeUnit.MILLISECONDS.sleep(50);
            client.send(" world");
            client.head();
            assertThat(client.read(11)).isEqualTo("hello world");
        }
    }

    @Test
    void aTunnelCarriesBytesBothWays() throws Exception {
        try (RawClient client = new RawClient(browserProxy.port())) {
            client.send("CONNECT site.example:" + site.port() + " HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 200 ");
            client.send("GET /inside HTTP/1.1\r\nHost: own\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 200 OK");
            assertThat(client.read(8)).isEqualTo("<p>hello");
        }
        assertThat(site.heads().get(0)).isEqualTo("GET /inside HTTP/1.1\nHost: own\n");
    }

    @Test
    void whatIsNotAllowedIsRefusedBeforeAnyConnection() throws Exception {
        names.put("evil.example", List.of("127.0.0.1"));
        names.put("six.example", List.of("::ffff:127.0.0.1", "::1"));
        for (String host : List.of(
                "127.0.0.1",
                "localhost",
                "evil.example",
                "six.example",
                "2130706433",
                "0x7f.1",
                "0177.0.0.1",
                "127.0.0.1.",
                "[::1]",
                "[::ffff:127.0.0.1]",
                "[::ffff:7f00:1]",
                "0.0.0.0",
                "0")) {
            names.put("localhost", List.of("127.0.0.1"));
            assertRefused("GET http://" + host + ":" + secret.port() + "/ HTTP/1.1", 403, ErrorCode.ADDRESS_REFUSED);
            assertRefused("CONNECT " + host + ":" + secret.port() + " HTTP/1.1", 403, ErrorCode.ADDRESS_REFUSED);
        }
    }

    @Test
    void aNameThatChangesItsAddressIsAskedWhereItWasChecked() throws Exception {
        // Asked by the same name and port, the site is at 127.0.0.1 and the secret at 127.0.0.2.
        try (ForbiddenServer other = new ForbiddenServer("127.0.0.2")) {
            open(EgressConfig.DEFAULT.allowing("127.0.0.2:" + other.port()));
            other.page("/", "public");
            names.put("rebind.example", List.of("127.0.0.2"));
            try (RawClient client = new RawClient(browserProxy.port())) {
                client.get("http://rebind.example:" + other.port() + "/");
                client.head();
                client.read(6);
                names.put("rebind.example", List.of("127.0.0.1"));
                client.get("http://rebind.example:" + other.port() + "/");
                assertThat(client.head()).startsWith("HTTP/1.1 403");
            }
            assertThat(other.heads()).hasSize(1);
            // Of several addresses the one that may be asked is.
            names.put("rebind.example", List.of("127.0.0.1", "10.0.0.1", "127.0.0.2"));
            try (RawClient client = new RawClient(browserProxy.port())) {
                client.get("http://rebind.example:" + other.port() + "/");
                assertThat(client.head()).startsWith("HTTP/1.1 200");
            }
        }
    }

    @Test
    void aPolicyReachesItsOwnSiteAndNothingElse() throws Exception {
        String own = "http://127.0.0.1:" + site.port() + "/";
        String other = "http://127.0.0.1:" + secret.port() + "/";
        open(EgressConfig.DEFAULT);
        browserProxy.begin(EgressPolicy.DIRECT.reaching(own + "companies/{key}"));
        try (RawClient tunnel = new RawClient(browserProxy.port())) {
            assertThat(answer(own)).startsWith("HTTP/1.1 200");
            assertThat(answer(other)).startsWith("HTTP/1.1 403");
            assertThat(answer("http://site.example:" + site.port() + "/"))
                    .as("the place is meant by the name that the recipe gives it")
                    .startsWith("HTTP/1.1 403");
            tunnel.send("CONNECT 127.0.0.1:" + site.port() + " HTTP/1.1\r\n\r\n");
            assertThat(tunnel.head()).startsWith("HTTP/1.1 200 ");

            browserProxy.begin(EgressPolicy.DIRECT);
            assertThat(answer(own)).startsWith("HTTP/1.1 403");
            assertThat(tunnel.rest()).as("the next item finds no way left open").isEmpty();
        }
        assertThat(egress.client()
                        .get(new WebRequest(own, Map.of(), null, LONG, EgressPolicy.DIRECT.reaching(own)))
                        .status())
                .isEqualTo(200);
        assertThatThrownBy(() -> egress.client().get(WebRequest.of(own, LONG)))
                .isInstanceOfSatisfying(
                        EgressException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ADDRESS_REFUSED));
    }

    private String answer(String url) throws IOException {
        try (RawClient client = new RawClient(browserProxy.port())) {
            client.get(url);
            return client.head();
        }
    }

    @Test
    void inATunnelTheBrowserSpeaksFirst() throws Exception {
        try (ServerSocket greeting = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            open(EgressConfig.DEFAULT.allowing("127.0.0.1:" + greeting.getLocalPort()));
            try (RawClient visitor = new RawClient(browserProxy.port())) {
                visitor.send("CONNECT site.example:" + greeting.getLocalPort() + " HTTP/1.1\r\n\r\n");
                try (Socket server = greeting.accept()) {
                    server.getOutputStream().write("220 ready".getBytes(StandardCharsets.US_ASCII));
                    assertThat(visitor.head()).startsWith("HTTP/1.1 200 ");
                    assertThat(visitor.quietFor(200)).isTrue();
                    visitor.send("hello");
                    assertThat(visitor.read(9)).isEqualTo("220 ready");
                    assertThat(server.getInputStream().readNBytes(5)).asString().isEqualTo("hello");
                }
            }
        }
    }

    @Test
    void aTunnelLeadsToTheAddressThatWasChecked() throws Exception {
        try (ForbiddenServer right = new ForbiddenServer("127.0.0.2");
                ForbiddenServer wrong = new ForbiddenServer("127.0.0.1", right.port())) {
            open(EgressConfig.DEFAULT.allowing("127.0.0.2:" + right.port()));
            right.page("/", "public");
            names.put("tunnel.example", List.of("127.0.0.2"));
            String connect = "CONNECT tunnel.example:" + right.port() + " HTTP/1.1\r\nHost: x\r\n\r\n";
            try (RawClient client = new RawClient(browserProxy.port())) {
                client.send(connect);
                assertThat(client.head()).startsWith("HTTP/1.1 200 ");
                client.send("GET / HTTP/1.1\r\nHost: own\r\n\r\n");
                assertThat(client.head()).startsWith("HTTP/1.1 200 OK");
                assertThat(client.read(6)).isEqualTo("public");
            }
            names.put("tunnel.example", List.of("127.0.0.1"));
            try (RawClient client = new RawClient(browserProxy.port())) {
                client.send(connect);
                assertThat(client.head()).startsWith("HTTP/1.1 403");
            }
            assertThat(wrong.connections()).isZero();
        }
    }

    @Test
    void theNextAddressIsTriedWhereOneRefuses() throws Exception {
        open(EgressConfig.DEFAULT.allowing("127.0.0.0/8:*"));
        names.put("two.example", List.of("127.0.0.9", "127.0.0.1"));
        try (RawClient client = new RawClient(browserProxy.port())) {
            client.get("http://two.example:" + site.port() + "/");
            assertThat(client.head()).startsWith("HTTP/1.1 200");
        }
        try (RawClient client = new RawClient(browserProxy.port())) {
            client.send("CONNECT two.example:" + site.port() + " HTTP/1.1\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void failuresAreNamed() throws Exception {
        int dead;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            dead = socket.getLocalPort();
        }
        open(EgressConfig.DEFAULT.allowing("127.0.0.1:" + dead, "127.0.0.1:" + site.port()));
        assertRefused("GET http://nowhere.example/ HTTP/1.1", 502, ErrorCode.DNS);
        assertRefused("CONNECT nowhere.example:443 HTTP/1.1", 502, ErrorCode.DNS);
        assertRefused("GET http://127.0.0.1:" + dead + "/ HTTP/1.1", 502, ErrorCode.NAVIGATION);
        assertRefused("CONNECT 127.0.0.1:" + dead + " HTTP/1.1", 502, ErrorCode.NAVIGATION);
        site.answer("/broken", (head, body, socket) -> socket.close());
        assertRefused("GET http://site.example:" + site.port() + "/broken HTTP/1.1", 502, ErrorCode.NAVIGATION);
        // Once more, for the connection may have been one that the server had just given up.
        assertThat(site.lines()).hasSize(2);
    }

    @Test
    void garbageIsNoAnswer() throws Exception {
        for (String garbage : List.of(
                "nonsense\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: a\u0000b\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 O\u0001K\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx")) {
            site.answer("/garbage", (head, body, socket) -> {
                ForbiddenServer.write(socket, garbage);
                socket.close();
            });
            try (RawClient client = new RawClient(browserProxy.port())) {
                // An end, in whatever way: the browser is not left waiting.
                client.send("GET http://site.example:" + site.port() + "/garbage HTTP/1.1\r\nHost: x\r\n"
                        + "Connection: close\r\n\r\n");
                client.drain();
            }
        }
        try (RawClient client = new RawClient(browserProxy.port())) {
            assertThat(client.get("http://site.example:" + site.port() + "/").head())
                    .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void onlyAProxysRequestsAreTaken() throws Exception {
        for (String line : List.of(
                "GET / HTTP/1.1",
                "GET https://site.example/ HTTP/1.1",
                "GET ftp://site.example/ HTTP/1.1",
                "GET http:///x HTTP/1.1",
                "GET http://a@site.example/ HTTP/1.1",
                "GET http://a b/ HTTP/1.1",
                "OPTIONS * HTTP/1.1",
                "CONNECT site.example HTTP/1.1",
                "CONNECT / HTTP/1.1",
                "CONNECT site.example:99999 HTTP/1.1")) {
            try (RawClient client = new RawClient(browserProxy.port())) {
                client.send(line + "\r\nHost: site.example\r\n\r\n");
                assertThat(client.head()).as(line).matches("(?s)HTTP/1\\.[01] 400 .*");
            }
        }
        assertThat(site.connections()).isZero();
        assertThat(browserProxy.refusals()).isEmpty();
    }

    @Test
    void aHugeAnswerIsCutAndASlowOneStreams() throws Exception {
        open(new EgressConfig(
                EgressConfig.DEFAULT.allowing("127.0.0.1:" + site.port()).allow(), 100_000, Map.of(), "rowhound"));
        site.answer(
                "/told",
                (head, body, socket) ->
                        ForbiddenServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\n"));
        site.answer("/endless", (head, body, socket) -> {
            ForbiddenServer.write(socket, "HTTP/1.1 200 OK\r\n\r\n");
            while (true) {
                ForbiddenServer.write(socket, "x".repeat(4096));
            }
        });
        CountDownLatch goOn = new CountDownLatch(1);
        site.answer("/slow", (head, body, socket) -> {
            ForbiddenServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
            try {
                goOn.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            ForbiddenServer.write(socket, "cd");
        });
        String base = "http://site.example:" + site.port();
        assertRefused("GET " + base + "/told HTTP/1.1", 502, ErrorCode.TOO_LARGE);
        try (RawClient client = new RawClient(browserProxy.port())) {
            client.get(base + "/endless");
            assertThat(client.drain()).isBetween(10_000L, 120_000L);
        }
        assertThat(browserProxy.refusals()).extracting(EgressRefusal::code).containsExactly(ErrorCode.TOO_LARGE);
        try (RawClient client = new RawClient(browserProxy.port())) {
            client.send("CONNECT site.example:" + site.port() + " HTTP/1.1\r\n\r\n")
                    .head();
            client.send("GET /endless HTTP/1.1\r\n\r\n");
            assertThat(client.drain()).isBetween(10_000L, 120_000L);
        }
        assertThat(browserProxy.refusals()).extracting(EgressRefusal::code).containsExactly(ErrorCode.TOO_LARGE);
        try (RawClient client = new RawClient(browserProxy.port())) {
            client.get(base + "/slow").head();
            assertThat(client.read(2)).isEqualTo("ab");
            goOn.countDown();
            assertThat(client.read(2)).isEqualTo("cd");
        }
    }

    @Test
    void aClosedGateIsGone() throws Exception {
        BrowserProxy other = egress.browserProxy();
        int port = other.port();
        other.close();
        other.close();
        // The system may take a moment to give the port up.
        Await.until("the port to be closed", () -> refuses(port), refused -> refused);
        try (RawClient client = new RawClient(browserProxy.port())) {
            assertThat(client.get("http://site.example:" + site.port() + "/").head())
                    .startsWith("HTTP/1.1 200");
        }
    }

    private static boolean refuses(int port) {
        try (RawClient client = new RawClient(port)) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private void assertRefused(String line, int status, ErrorCode code) throws IOException {
        try (RawClient client = new RawClient(browserProxy.port())) {
            client.send(line + "\r\nHost: x\r\n\r\n");
            String body = "rowhound: " + code.wire() + "\n";
            assertThat(client.head())
                    .as(line)
                    .startsWith("HTTP/1.1 " + status + " ")
                    .containsIgnoringCase("x-rowhound-refused: " + code.wire())
                    .containsIgnoringCase("content-length: " + body.length());
            assertThat(client.read(body.length())).isEqualTo(body);
        }
        assertThat(browserProxy.refusals())
                .as(line)
                .extracting(EgressRefusal::code)
                .containsExactly(code);
    }
}
