package dev.rowhound.front;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the shipped files do where it takes more than a well node to see it. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class FrontRulesIT {
    /** A node's route for sockets; all below {@code /api/v1} whose last part, or last but one, is {@code ws} are led alike. */
    private static final String SOCKET = "/api/v1/jobs/j1/ws?lastEventId=0";

    /** {@code http.max_upload_bytes}. */
    private static final long DEFAULT_LIMIT = 104_857_600;

    private Upstream upstream;

    @BeforeEach
    void start() throws Exception {
        upstream = new Upstream();
    }

    @AfterEach
    void stop() throws Exception {
        upstream.close();
    }

    /** The shipped file with its long limits, five minutes and two hours, at one second. */
    private static Shipped impatient(Kind kind, URI node) {
        Shipped how = Shipped.before(node);
        return switch (kind) {
            case NGINX ->
                how.changed("proxy_read_timeout 5m;", "proxy_read_timeout 1s;")
                        .changed("proxy_read_timeout 2h;", "proxy_read_timeout 1s;")
                        .changed("proxy_send_timeout 2h;", "proxy_send_timeout 1s;");
            case APACHE ->
                how.changed("timeout=300", "timeout=1")
                        .changed("timeout=7200", "timeout=1")
                        .changed("Timeout 300", "Timeout 1");
            case HAPROXY ->
                how.changed("timeout server 5m", "timeout server 1s").changed("timeout tunnel 2h", "timeout tunnel 1s");
        };
    }

    @ParameterizedTest
    @EnumSource
    void socketsPassBothWaysAndTellWhyTheyEnd(Kind kind) throws Exception {
        try (Front front = kind.shipped(Shipped.before(upstream.address()))) {
            for (String path : List.of(SOCKET, "/api/v1/probe/ws", "/api/v1/cv-processing/ws/u1")) {
                Frames socket = Frames.open(front, path);
                socket.send("ping");
                assertThat(socket.next(5000)).isEqualTo("{\"type\":\"pong\"}");
                socket.send("end");
                assertThat(socket.next(5000)).isEqualTo("1012 restart");
            }
            assertThat(upstream.requests())
                    .containsExactly("WS " + SOCKET, "WS /api/v1/probe/ws", "WS /api/v1/cv-processing/ws/u1");
        }
    }

    @ParameterizedTest
    @EnumSource
    void heartbeatsKeepASocketOpenBeyondTheTimeLimitAndSilenceEndsIt(Kind kind) throws Exception {
        try (Front front = kind.shipped(impatient(kind, upstream.address()))) {
            Frames silent = Frames.open(front, SOCKET);
            Frames beating = Frames.open(front, SOCKET);
            beating.send("beat");
            for (int i = 0; i < 8; i++) {
                assertThat(beating.next(1000)).isEqualTo("{\"v\":1,\"type\":\"heartbeat\"}");
            }
            beating.abort();
            assertThat(silent.next(2000)).as("the limit is this one").isEqualTo(Frames.CUT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSilentStreamEndsAtTheTimeLimitAndNotBefore(Kind kind) throws Exception {
        String path = "/api/v1/jobs/j1/events?silence=";
        try (Front front = kind.shipped(impatient(kind, upstream.address()))) {
            Caller caller = Caller.of(front);
            assertThat(ids(caller, path + 300)).containsExactly("1", "2");
            assertThat(ids(caller, path + 3000)).as("the limit is this one").containsExactly("1");
        }
    }

    private static List<String> ids(Caller caller, String path) throws Exception {
        Watching watching =
                new Watching(caller.client().send(caller.request(path).build(), BodyHandlers.ofInputStream()));
        List<String> ids = new ArrayList<>();
        try (watching) {
            for (Watching.Arrival event = watching.next(); event != null; event = watching.next()) {
                ids.add(event.id());
            }
        } catch (IOException cut) {
            // Chunks that break off.
        }
        return ids;
    }

    @ParameterizedTest
    @EnumSource
    void aPostIsNeverSentTwice(Kind kind) throws Exception {
        try (Upstream other = new Upstream();
                Front front = kind.shipped(Shipped.before(upstream.address(), other.address()))) {
            HttpResponse<String> answer = post(front, "/api/v1/jobs/break", "what must not happen twice");
            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(upstream.requests().size() + other.requests().size()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aNodeThatIsAwayIsNotNoticed(Kind kind) throws Exception {
        try (Front front = kind.shipped(Shipped.before(nobody(), upstream.address()))) {
            for (int i = 0; i < 8; i++) {
                HttpResponse<String> answer = post(front, "/api/v1/jobs", "x".repeat(100_000));
                assertThat(answer.statusCode()).as(front.errors()).isEqualTo(200);
                assertThat(Caller.of(front).get("/api/v1/jobs").statusCode()).isEqualTo(200);
            }
            assertThat(upstream.requests()).hasSize(16);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatRowhoundTakesIsPassedOn(Kind kind) throws Exception {
        try (Front front = kind.shipped(Shipped.before(upstream.address()))) {
            InputStream zeros = new InputStream() {
                private long left = DEFAULT_LIMIT;

                @Override
                public int read() {
                    return left-- > 0 ? 0 : -1;
                }

                @Override
                public int read(byte[] into, int from, int most) {
                    int count = (int) Math.min(left, most);
                    left -= count;
                    return count == 0 ? -1 : count;
                }
            };
            Caller caller = Caller.of(front);
            HttpResponse<String> answer = caller.client()
                    .send(
                            caller.request("/api/v1/jobs")
                                    .POST(BodyPublishers.fromPublisher(
                                            BodyPublishers.ofInputStream(() -> zeros), DEFAULT_LIMIT))
                                    .build(),
                            BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(new JsonObject(answer.body()).getJsonArray("content-length"))
                    .containsExactly(String.valueOf(DEFAULT_LIMIT));
        }
    }

    private static HttpResponse<String> post(Front front, String path, String body) throws Exception {
        Caller caller = Caller.of(front);
        return caller.client()
                .send(caller.request(path).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    /** An address that nobody listens on. */
    private static URI nobody() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theNodeLearnsWhoAsksAndNothingForged(Kind kind) throws Exception {
        try (Front front = kind.shipped(Shipped.before(upstream.address()))) {
            Caller caller = Caller.of(front);
            HttpResponse<String> answer = caller.client()
                    .send(
                            caller.request("/api/v1/jobs")
                                    .header("X-Forwarded-For", "203.0.113.7")
                                    .header("X-Forwarded-Proto", "https")
                                    .header("X-Forwarded-Host", "evil.example")
                                    .header("CF-Connecting-IP", "203.0.113.8")
                                    .header("Rowhound-User", "mallory")
                                    .build(),
                            BodyHandlers.ofString());
            JsonObject seen = new JsonObject(answer.body());
            JsonArray addresses = seen.getJsonArray("x-forwarded-for");
            assertThat(addresses.getString(addresses.size() - 1)).endsWith("127.0.0.1");
            assertThat(seen.containsKey("cf-connecting-ip")).isFalse();
            assertThat(seen.containsKey("rowhound-user")).isFalse();
            assertThat(seen.getJsonArray("x-forwarded-proto")).containsExactly("http");
            JsonArray hosts = seen.getJsonArray("x-forwarded-host");
            assertThat(hosts.getString(hosts.size() - 1)).endsWith(front.uri().getAuthority());
            assertThat(seen.getJsonArray("host")).containsExactly(front.uri().getAuthority());
        }
    }

    @Test
    void theNodeLearnsTheUserOfNginxsLogIn(@TempDir Path folder) throws Exception {
        Path users = Files.writeString(folder.resolve("users"), "ada:{PLAIN}secret\n");
        String body = "client_max_body_size 100M;";
        Shipped how = Shipped.before(upstream.address())
                .changed(body, body + " auth_basic rowhound; auth_basic_user_file " + users + ";");
        try (Front front = Kind.NGINX.shipped(how)) {
            Caller caller = Caller.of(front);
            String authorization =
                    "Basic " + Base64.getEncoder().encodeToString("ada:secret".getBytes(StandardCharsets.US_ASCII));
            HttpResponse<String> answer = caller.client()
                    .send(
                            caller.request("/api/v1/jobs")
                                    .header("Authorization", authorization)
                                    .header("Rowhound-User", "mallory")
                                    .build(),
                            BodyHandlers.ofString());
            assertThat(new JsonObject(answer.body()).getJsonArray("rowhound-user"))
                    .containsExactly("ada");
        }
    }

    @Test
    void haProxyLeadsToNodesThatAreNotReadyWhereNoneIs() throws Exception {
        try (Upstream other = new Upstream();
                Front front = HaProxy.shipped(Shipped.before(upstream.address(), other.address()))) {
            upstream.ready(false);
            Await.until("a node to be left out", front::errors, told -> told.contains("ready/node1 is DOWN"));
            Caller caller = Caller.of(front);
            for (int i = 0; i < 4; i++) {
                assertThat(caller.get("/api/v1/jobs").statusCode()).isEqualTo(200);
            }
            assertThat(upstream.requests()).isEmpty();
            assertThat(other.requests()).hasSize(4);
            other.ready(false);
            Await.until(
                    "all nodes to be left out",
                    Duration.ofSeconds(20),
                    front::errors,
                    told -> told.contains("ready/node2 is DOWN"));
            assertThat(caller.get("/api/v1/jobs").statusCode()).isEqualTo(200);
        }
    }
}
