package dev.rowhound.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpsServer;
import dev.rowhound.job.ErrorCode;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gates and the client through a proxy of others: another browserProxy behind a door that wants a password. */
class UpstreamProxyIT {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final ForbiddenServer site = new ForbiddenServer();
    private Egress theirs;
    private BrowserProxy theirProxy;
    private PasswordDoor door;
    private PasswordDoor otherDoor;
    private Egress ours;
    private BrowserProxy browserProxy;
    private UpstreamProxy right;
    private UpstreamProxy other;

    @BeforeEach
    void open() throws Exception {
        Resolver resolver = name -> List.of(InetAddress.getByName("127.0.0.1"));
        EgressConfig config = EgressConfig.DEFAULT.allowing("127.0.0.1:" + site.port(), "tls.example:*");
        theirs = Egress.open(EgressConfig.DEFAULT.allowing("127.0.0.0/8:*"), resolver, Egress.Limits.DEFAULT);
        theirProxy = theirs.browserProxy();
        door = new PasswordDoor(theirProxy.port(), "user:geheim");
        otherDoor = new PasswordDoor(theirProxy.port(), "user:geheim");
        right = new UpstreamProxy("right", "proxy.example", door.port(), "user", "geheim");
        other = new UpstreamProxy("other", "127.0.0.1", otherDoor.port(), "user", "geheim");
        ours = Egress.open(
                new EgressConfig(config.allow(), 1 << 20, Map.of("right", right, "other", other), "rowhound"),
                resolver,
                Egress.Limits.DEFAULT);
        browserProxy = ours.browserProxy();
        site.page("/", "<p>hello");
    }

    @AfterEach
    void close() {
        ours.close();
        theirs.close();
        door.close();
        otherDoor.close();
        site.close();
    }

    @Test
    void plainRequestsAndTunnelsGoThrough() throws Exception {
        browserProxy.begin(EgressPolicy.through(right));
        try (RawClient client = new RawClient(browserProxy.port())) {
            client.get("http://site.example:" + site.port() + "/plain");
            assertThat(client.head()).startsWith("HTTP/1.1 200");
            assertThat(client.read(8)).isEqualTo("<p>hello");
        }
        try (RawClient client = new RawClient(browserProxy.port())) {
            client.send("CONNECT site.example:" + site.port() + " HTTP/1.1\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 200");
            client.send("GET /tunnel HTTP/1.1\r\n\r\n").head();
        }
        assertThat(site.lines()).containsExactly("GET /plain HTTP/1.1", "GET /tunnel HTTP/1.1");
        assertThat(site.heads().get(0)).doesNotContainIgnoringCase("proxy-");
        assertThat(theirProxy.traffic().requests()).isEqualTo(2);
        // The tunnel is asked for by the address that was checked, so that the proxy has nothing to look up.
        assertThat(door.lines()).contains("CONNECT 127.0.0.1:" + site.port() + " HTTP/1.1");
        assertThat(browserProxy.refusals()).isEmpty();
    }

    @Test
    void theClientGoesThroughToo(@TempDir Path folder) throws Exception {
        TestCertificate certificate = TestCertificate.create(folder);
        HttpsServer server = certificate.server("safe");
        String secure = "https://tls.example:" + server.getAddress().getPort() + "/";
        try (Egress trusting = Egress.open(
                EgressConfig.DEFAULT.allowing("tls.example:*", "127.0.0.1:" + site.port()),
                name -> List.of(InetAddress.getByName("127.0.0.1")),
                Egress.Limits.DEFAULT,
                certificate.trust())) {
            WebRequest plain = new WebRequest(
                    "http://site.example:" + site.port() + "/c", Map.of(), null, LONG, EgressPolicy.through(right));
            assertThat(trusting.client().get(plain).status()).isEqualTo(200);
            WebRequest tunnel = new WebRequest(secure, Map.of(), null, LONG, EgressPolicy.through(right));
            assertThat(trusting.client().get(tunnel).body()).hasSize(4);
            assertThat(theirProxy.traffic().requests()).isEqualTo(2);
            assertThat(door.lines())
                    .contains("CONNECT 127.0.0.1:" + server.getAddress().getPort() + " HTTP/1.1");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void theRulesHoldBeforeTheProxyIsAsked() throws Exception {
        browserProxy.begin(EgressPolicy.through(right));
        for (String line : List.of("GET http://10.0.0.1/ HTTP/1.1", "CONNECT 10.0.0.1:443 HTTP/1.1")) {
            try (RawClient client = new RawClient(browserProxy.port())) {
                client.send(line + "\r\n\r\n");
                assertThat(client.head()).startsWith("HTTP/1.1 403");
            }
            assertThat(browserProxy.refusals())
                    .extracting(EgressRefusal::code)
                    .containsExactly(ErrorCode.ADDRESS_REFUSED);
        }
        assertThat(door.connections()).isZero();
    }

    @Test
    void aWrongPasswordIsTheProxysRefusal() throws Exception {
        UpstreamProxy wrong = new UpstreamProxy("right", "127.0.0.1", door.port(), "user", "wrong");
        browserProxy.begin(EgressPolicy.through(wrong));
        for (String line : List.of(
                "GET http://site.example:" + site.port() + "/ HTTP/1.1",
                "CONNECT site.example:" + site.port() + " HTTP/1.1")) {
            try (RawClient client = new RawClient(browserProxy.port())) {
                client.send(line + "\r\n\r\n");
                assertThat(client.head()).startsWith("HTTP/1.1 502");
            }
            List<EgressRefusal> refusals = browserProxy.refusals();
            assertThat(refusals).extracting(EgressRefusal::code).containsExactly(ErrorCode.PROXY);
            assertThat(refusals.get(0).reason()).contains("status 407").doesNotContain("wrong");
        }
        assertThat(fault("http://site.example:" + site.port() + "/", wrong)).isEqualTo(ErrorCode.PROXY);
        assertThat(fault("https://tls.example:1/", wrong)).isEqualTo(ErrorCode.PROXY);
        assertThat(site.connections()).isZero();
    }

    @Test
    void aProxyThatDiedIsLeftOut() throws Exception {
        List<String> pool = List.of("right", "other");
        assertThat(ours.proxies().next(pool)).isEqualTo(right);
        door.close();
        browserProxy.begin(EgressPolicy.through(right));
        try (RawClient client = new RawClient(browserProxy.port())) {
            client.get("http://site.example:" + site.port() + "/");
            assertThat(client.head()).startsWith("HTTP/1.1 502");
        }
        assertThat(browserProxy.refusals()).extracting(EgressRefusal::code).containsExactly(ErrorCode.PROXY);
        for (int i = 0; i < 4; i++) {
            assertThat(ours.proxies().next(pool)).isEqualTo(other);
        }
        otherDoor.close();
        assertThat(fault("https://tls.example:1/", other)).isEqualTo(ErrorCode.PROXY);
        EgressException e =
                catchThrowableOfType(EgressException.class, () -> ours.proxies().next(pool));
        assertThat(e.code()).isEqualTo(ErrorCode.PROXY);
    }

    @Test
    void anotherProxyMeansOtherConnections() throws Exception {
        browserProxy.begin(EgressPolicy.through(right));
        try (RawClient plain = new RawClient(browserProxy.port());
                RawClient tunnel = new RawClient(browserProxy.port())) {
            plain.get("http://site.example:" + site.port() + "/").head();
            plain.read(8);
            tunnel.send("CONNECT site.example:" + site.port() + " HTTP/1.1\r\n\r\n")
                    .head();
            browserProxy.begin(EgressPolicy.through(right));
            plain.get("http://site.example:" + site.port() + "/");
            assertThat(plain.head()).startsWith("HTTP/1.1 200");
            plain.read(8);

            browserProxy.begin(EgressPolicy.through(other));

            assertThat(plain.rest()).isEmpty();
            assertThat(tunnel.rest()).isEmpty();
        }
        try (RawClient plain = new RawClient(browserProxy.port())) {
            plain.get("http://site.example:" + site.port() + "/").head();
        }
        assertThat(otherDoor.connections()).isEqualTo(1);
    }

    private ErrorCode fault(String url, UpstreamProxy via) {
        EgressException e = catchThrowableOfType(
                EgressException.class,
                () -> ours.client().get(new WebRequest(url, Map.of(), null, LONG, EgressPolicy.through(via))));
        assertThat(e).isNotNull();
        return e.code();
    }
}
