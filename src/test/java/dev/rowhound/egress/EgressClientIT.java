package dev.rowhound.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpsServer;
import dev.rowhound.job.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.CookieManager;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EgressClientIT {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final ForbiddenServer site = new ForbiddenServer();
    private final ForbiddenServer secret = new ForbiddenServer();
    private Egress egress;

    @BeforeEach
    void open() {
        egress = Egress.open(config(100_000), EgressClientIT::resolve, Egress.Limits.DEFAULT);
    }

    private EgressConfig config(long bytes) {
        return new EgressConfig(
                EgressConfig.DEFAULT
                        .allowing("127.0.0.1:" + site.port(), "site.example:*", "tls.example:*", "other.example:*")
                        .allow(),
                bytes,
                Map.of(),
                "rowhound");
    }

    private static List<InetAddress> resolve(String name) throws UnknownHostException {
        if (!name.endsWith(".example") || name.startsWith("no")) {
            throw new UnknownHostException(name);
        }
        return List.of(InetAddress.getByName("127.0.0.1"));
    }

    @AfterEach
    void close() {
        egress.close();
        site.close();
        secret.close();
        assertThat(secret.connections()).isZero();
    }

    @Test
    void redirectsAreFollowedAndTold() throws Exception {
        site.answer(
                "/a",
                (head, body, socket) ->
                        ForbiddenServer.send(socket, "301 Moved", "Location: ../b?x=1\r\nSet-Cookie: seen=a", ""));
        site.answer(
                "/b",
                (head, body, socket) -> ForbiddenServer.send(
                        socket, "302 Found", "Location: http://site.example:" + site.port() + "/c", ""));
        site.page("/c", "<p>Grüße");
        WebRequest request = new WebRequest(
                url("/a"),
                Map.of("User-Agent", "me", "Accept-Language", "vi"),
                new CookieManager(),
                LONG,
                EgressPolicy.DIRECT);

        WebResponse answer = egress.client().get(request);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.url()).isEqualTo(url("/c"));
        assertThat(answer.chain()).containsExactly(url("/a"), url("/b?x=1"));
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("<p>Grüße");
        assertThat(answer.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(site.heads().get(2))
                .startsWith("GET /c HTTP/1.1")
                .containsIgnoringCase("user-agent: me")
                .containsIgnoringCase("host: site.example:" + site.port())
                .containsIgnoringCase("cookie: seen=a");
        assertThat(site.connections()).isEqualTo(1);
    }

    @Test
    void whatWasMeantForOneSiteIsNotToldToTheNext() throws Exception {
        site.answer(
                "/from",
                (head, body, socket) -> ForbiddenServer.send(
                        socket, "302 Found", "Location: http://other.example:" + site.port() + "/to", ""));
        site.page("/to", "there");

        egress.client()
                .get(new WebRequest(
                        url("/from"),
                        Map.of("Authorization", "geheim", "X-Own", "1"),
                        null,
                        LONG,
                        EgressPolicy.DIRECT));

        assertThat(site.heads().get(0)).contains("geheim");
        assertThat(site.heads().get(1)).doesNotContain("geheim").containsIgnoringCase("x-own: 1");
    }

    @Test
    void compressedAnswersAreUnpackedAndBoundedUnpacked() throws Exception {
        site.answer("/zip", (head, body, socket) -> zipped(socket, "x".repeat(50_000)));
        site.answer("/bomb", (head, body, socket) -> zipped(socket, "x".repeat(5_000_000)));

        assertThat(egress.client().get(WebRequest.of(url("/zip"), LONG)).body()).hasSize(50_000);
        assertThat(fault(url("/bomb"))).isEqualTo(ErrorCode.TOO_LARGE);
    }

    private static void zipped(java.net.Socket socket, String text) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(text.getBytes(StandardCharsets.US_ASCII));
        }
        ForbiddenServer.write(
                socket, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + zipped.size() + "\r\n\r\n");
        socket.getOutputStream().write(zipped.toByteArray());
    }

    @Test
    void everyStatusIsAnAnswer() throws Exception {
        site.answer("/gone", (head, body, socket) -> ForbiddenServer.send(socket, "410 Gone", "X: y", "gone"));

        WebResponse answer = egress.client().get(WebRequest.of(url("/gone"), LONG));

        assertThat(answer.status()).isEqualTo(410);
        assertThat(answer.body()).hasSize(4);
    }

    @Test
    void whatMayNotBeReachedIsNot() {
        for (String host : List.of("127.0.0.1", "evil.example", "2130706433", "0x7f.1", "[::1]", "user@127.1")) {
            assertThat(fault("http://" + host + ":" + secret.port() + "/"))
                    .as(host)
                    .isEqualTo(ErrorCode.ADDRESS_REFUSED);
        }
        site.answer(
                "/away",
                (head, body, socket) -> ForbiddenServer.send(
                        socket, "302 Found", "Location: http://127.0.0.1:" + secret.port() + "/", ""));
        site.answer(
                "/file",
                (head, body, socket) -> ForbiddenServer.send(socket, "302 Found", "Location: file:///etc/passwd", ""));
        assertThat(fault(url("/away"))).isEqualTo(ErrorCode.ADDRESS_REFUSED);
        assertThat(fault(url("/file"))).isEqualTo(ErrorCode.ADDRESS_REFUSED);
        assertThat(fault("file:///etc/passwd")).isEqualTo(ErrorCode.ADDRESS_REFUSED);
    }

    @Test
    void failuresHaveTheirCodes() throws Exception {
        assertThat(fault("http://nowhere.example/")).isEqualTo(ErrorCode.DNS);
        site.answer(
                "/round", (head, body, socket) -> ForbiddenServer.send(socket, "302 Found", "Location: /round", ""));
        assertThat(fault(url("/round"))).isEqualTo(ErrorCode.NAVIGATION);
        assertThat(site.lines()).hasSize(EgressClient.MAX_REDIRECTS + 1);
        site.answer("/broken", (head, body, socket) -> socket.close());
        assertThat(fault(url("/broken"))).isEqualTo(ErrorCode.NAVIGATION);
        site.answer("/half", (head, body, socket) -> {
            ForbiddenServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            socket.close();
        });
        assertThat(fault(url("/half"))).isEqualTo(ErrorCode.NAVIGATION);
        site.answer("/drip", (head, body, socket) -> {
            ForbiddenServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
            for (int i = 0; i < 1_000; i++) {
                ForbiddenServer.write(socket, "x");
                try {
                    TimeUnit.MILLISECONDS.sleep(20);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        });
        EgressException e = catchThrowableOfType(
                EgressException.class, () -> egress.client().get(WebRequest.of(url("/drip"), Duration.ofMillis(300))));
        assertThat(e.code()).isEqualTo(ErrorCode.TIMEOUT);
    }

    @Test
    void certificatesAreVerifiedForTheNameThatWasAskedFor(@TempDir Path folder) throws Exception {
        TestCertificate certificate = TestCertificate.create(folder);
        HttpsServer server = certificate.server("safe");
        String port = ":" + server.getAddress().getPort() + "/";
        try (Egress trusting =
                Egress.open(config(100_000), EgressClientIT::resolve, Egress.Limits.DEFAULT, certificate.trust())) {
            WebResponse answer = trusting.client().get(WebRequest.of("https://tls.example" + port, LONG));
            assertThat(new String(answer.body(), StandardCharsets.US_ASCII)).isEqualTo("safe");

            EgressException e = catchThrowableOfType(
                    EgressException.class,
                    () -> trusting.client().get(WebRequest.of("https://other.example" + port, LONG)));
            assertThat(e.code()).isEqualTo(ErrorCode.TLS);
            // Nobody vouches for it where the runtime's own certificates are asked.
            assertThat(fault("https://tls.example" + port)).isEqualTo(ErrorCode.TLS);
        } finally {
            server.stop(0);
        }
    }

    private String url(String path) {
        return "http://site.example:" + site.port() + path;
    }

    private ErrorCode fault(String url) {
        EgressException e = catchThrowableOfType(
                EgressException.class, () -> egress.client().get(WebRequest.of(url, LONG)));
        assertThat(e).as(url).isNotNull();
        return e.code();
    }
}
