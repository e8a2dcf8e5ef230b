package dev.rowhound.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.WebSocketConnectOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Each fault of the simulator is what it says, seen by a client in front of a small server. */
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class EdgeSimulatorTest {
    private static final int EVENTS = 10;
    private static final int EVENT_MILLIS = 40;
    private static final Duration SILENCE = Duration.ofMillis(200);

    private static Vertx vertx;
    private static HttpServer node;
    private static HttpClient client;

    private EdgeSimulator edge;

    @BeforeAll
    static void start() throws Exception {
        vertx = Vertx.vertx();
        node = vertx.createHttpServer()
                .requestHandler(EdgeSimulatorTest::answer)
                .webSocketHandler(socket -> socket.textMessageHandler(socket::writeTextMessage));
        node.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS);
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterAll
    static void stop() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @BeforeEach
    void startEdge() throws Exception {
        edge = EdgeSimulator.before(node.actualPort());
    }

    @AfterEach
    void stopEdge() throws Exception {
        edge.close();
    }

    private static void answer(HttpServerRequest request) {
        switch (request.path()) {
            case "/events" -> {
                request.response()
                        .setChunked(true)
                        .putHeader("Content-Type", "text/event-stream")
                        .putHeader("X-Accel-Buffering", "no");
                event(request, 1);
            }
            case "/silent" -> request.response().setChunked(true).write(":\n\n");
            case "/mute" -> request.pause();
            case "/upload" ->
                request.body().onSuccess(body -> request.response().end(String.valueOf(body.length())));
            default ->
                request.response()
                        .end(request.version() + " " + request.getHeader("Accept-Encoding") + " "
                                + request.getHeader("Last-Event-ID"));
        }
    }

    private static void event(HttpServerRequest request, int number) {
        if (number > EVENTS) {
            request.response().end();
        } else if (!request.response().closed()) {
            request.response().write("data: " + number + "\n\n");
            vertx.setTimer(EVENT_MILLIS, id -> event(request, number + 1));
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(edge.address().resolve(path)).timeout(Duration.ofSeconds(10));
    }

    private HttpResponse<InputStream> open(String path, String... headers) throws Exception {
        HttpRequest.Builder request = request(path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofInputStream());
    }

    private String get(String path, String... headers) throws Exception {
        try (InputStream body = open(path, headers).body()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private HttpResponse<String> upload(int bytes, boolean chunked) throws Exception {
        byte[] body = new byte[bytes];
        return client.send(
                request("/upload")
                        .POST(
                                chunked
                                        ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
                                        : BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofString());
    }

    /** Milliseconds between the first and the last byte of the events. */
    private long spread() throws Exception {
        try (InputStream body = open("/events").body()) {
            int first = body.read();
            long begun = System.nanoTime();
            int rest = body.readAllBytes().length;
            assertThat(first).isEqualTo('d');
            assertThat(rest).isEqualTo(expected().length() - 1);
            return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        }
    }

    private static String expected() {
        return LongStream.rangeClosed(1, EVENTS)
                .mapToObj(number -> "data: " + number + "\n\n")
                .reduce("", String::concat);
    }

    @Test
    void changesNothingUnlessTold() throws Exception {
        assertThat(get("/events")).isEqualTo(expected());
        assertThat(open("/events").headers().firstValue("X-Accel-Buffering")).hasValue("no");
        assertThat(spread()).isGreaterThan((EVENTS - 2) * EVENT_MILLIS);
        assertThat(upload(300_000, false).body()).isEqualTo("300000");
        assertThat(upload(300_000, true).body()).isEqualTo("300000");
        assertThat(get("/", "Last-Event-ID", "7")).isEqualTo("HTTP_1_1 null 7");
        assertThat(echo()).isEqualTo("hello");
        assertThat(edge.faults()).isZero();
    }

    private String echo() throws Exception {
        var sockets = vertx.createWebSocketClient();
        try {
            var socket = sockets.connect(
                            new WebSocketConnectOptions().setHost("127.0.0.1").setPort(edge.port()))
                    .await(10, TimeUnit.SECONDS);
            var heard = io.vertx.core.Promise.<String>promise();
            socket.textMessageHandler(heard::tryComplete);
            socket.writeTextMessage("hello");
            return heard.future().await(10, TimeUnit.SECONDS);
        } finally {
            sockets.close().await(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void cutsASilentConnection() throws Exception {
        edge.cutAfterSilence(SILENCE);
        long begun = System.nanoTime();
        assertThatThrownBy(() -> get("/silent")).isInstanceOf(IOException.class);
        assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(SILENCE.toNanos());
        assertThat(open("/mute").statusCode()).isEqualTo(504);
        assertThat(get("/events")).as("events come more often").isEqualTo(expected());
        assertThat(edge.faults()).isEqualTo(2);
    }

    @Test
    void cutsWithinAnEvent() throws Exception {
        // Behind the size of a chunk: "9\r\ndata:".
        edge.cutAfterBytes(8);
        HttpResponse<InputStream> response = open("/events");
        assertThat(response.body().readNBytes(5)).asString().isEqualTo("data:");
        assertThatThrownBy(() -> response.body().readAllBytes()).isInstanceOf(IOException.class);
    }

    @Test
    void cutsByAResetOrInGoodOrder() throws Exception {
        edge.cutAfterBytes(8);
        try (Socket socket = raw("/events")) {
            assertThat(socket.getInputStream().readAllBytes()).asString().endsWith("data:");
        }
        edge.cutByReset(true);
        try (Socket socket = raw("/events")) {
            assertThatThrownBy(() -> socket.getInputStream().readAllBytes())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    private Socket raw(String path) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), edge.port());
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: edge\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    void swallowsBytesInTheBlackHole() throws Exception {
        try (Socket socket = raw("/events")) {
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            edge.blackHole(true);
            // What was under way before may still come.
            socket.setSoTimeout(2 * EVENT_MILLIS);
            assertThatThrownBy(() -> socket.getInputStream().transferTo(OutputStream.nullOutputStream()))
                    .isInstanceOf(SocketTimeoutException.class);
            edge.blackHole(false);
            socket.setSoTimeout(EVENTS * EVENT_MILLIS + 200);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        }
        assertThat(get("/events")).isEqualTo(expected());
        // The edge may see an exchange's end after its client does; the swallowed one's it does not see.
        Await.until("the whole exchange to end", edge::open, open -> open <= 1);
        edge.blackHole(true);
        try (Socket socket = raw("/")) {
            socket.setSoTimeout(200);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        }
        assertThat(edge.faults()).isEqualTo(2);
    }

    @Test
    void answersAFewRequestsItself() throws Exception {
        edge.answerNext(2, 524);
        assertThat(open("/").statusCode()).isEqualTo(524);
        assertThat(upload(3_000_000, false).statusCode()).isEqualTo(524);
        assertThat(open("/").statusCode()).isEqualTo(200);
    }

    @Test
    void answers502WithoutANodeAndTakesTheNextWhereThereAreSeveral() throws Exception {
        int dead;
        try (var free = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            dead = free.getLocalPort();
        }
        edge.targets(dead);
        assertThat(open("/").statusCode()).isEqualTo(502);
        edge.targets(dead, node.actualPort());
        assertThat(open("/").statusCode()).isEqualTo(200);
        assertThat(open("/").statusCode()).isEqualTo(200);
    }

    @Test
    void buffersUnlessTheNodeForbidsIt() throws Exception {
        edge.buffer(1_000_000, Duration.ZERO);
        assertThat(spread()).as("X-Accel-Buffering: no").isGreaterThan((EVENTS - 2) * EVENT_MILLIS);
        edge.stripAccelBuffering(true);
        assertThat(open("/events").headers().firstValue("X-Accel-Buffering")).isEmpty();
        assertThat(spread()).isLessThan(2 * EVENT_MILLIS);
        edge.buffer(1_000_000, Duration.ofMillis(3 * EVENT_MILLIS));
        assertThat(spread()).as("lumps").isBetween(3L * EVENT_MILLIS, (long) EVENTS * EVENT_MILLIS);
        edge.buffer(30, Duration.ZERO);
        assertThat(spread()).as("lumps of 30 bytes").isGreaterThan(3L * EVENT_MILLIS);
    }

    @Test
    void asksForGzip() throws Exception {
        assertThat(get("/")).contains("null");
        edge.askForGzip(true);
        assertThat(get("/")).contains("gzip");
    }

    @Test
    void compressesForThoseWhoTakeIt() throws Exception {
        edge.gzip(true);
        HttpResponse<InputStream> plain = open("/events");
        assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
        plain.body().close();
        HttpResponse<InputStream> zipped = open("/events", "Accept-Encoding", "gzip, br");
        assertThat(zipped.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(new GZIPInputStream(zipped.body()).readAllBytes()).asString().isEqualTo(expected());
    }

    @Test
    void dropsTheLastEventId() throws Exception {
        edge.dropLastEventId(true);
        assertThat(get("/", "Last-Event-ID", "7")).isEqualTo("HTTP_1_1 null null");
    }

    @Test
    void refusesUpgrades() {
        edge.refuseUpgrades(true);
        assertThatThrownBy(this::echo).hasMessageContaining("200");
    }

    @Test
    void limitsUploads() throws Exception {
        edge.limitUploads(100_000);
        assertThat(upload(100_000, false).statusCode()).isEqualTo(200);
        assertThat(upload(3_000_000, false).statusCode()).isEqualTo(413);
        assertThat(upload(3_000_000, true).statusCode()).isEqualTo(413);
    }

    @Test
    void speaksHttp10ToTheNode() throws Exception {
        edge.http10(true);
        assertThat(get("/")).startsWith("HTTP_1_0");
        assertThat(get("/events")).isEqualTo(expected());
        assertThat(spread()).isGreaterThan((EVENTS - 2) * EVENT_MILLIS);
        assertThatThrownBy(this::echo).hasMessageContaining("200");
    }

    @Test
    void cutsAllAtOnce() throws Exception {
        HttpResponse<InputStream> stream = open("/silent");
        edge.cutAll();
        assertThatThrownBy(() -> stream.body().readAllBytes()).isInstanceOf(IOException.class);
        assertThat(edge.open()).isZero();
    }

    @Test
    void isMeanBySeed() throws Exception {
        Set<Fate.Kind> met = EnumSet.noneOf(Fate.Kind.class);
        for (int connection = 0; connection < 200; connection++) {
            assertThat(Fate.draw(1, connection)).isEqualTo(Fate.draw(1, connection));
            met.add(Fate.draw(1, connection).kind());
        }
        assertThat(met).containsExactlyInAnyOrder(Fate.Kind.values());
        long seed = LongStream.range(0, 1_000)
                .filter(candidate -> Fate.draw(candidate, 0).kind() == Fate.Kind.TIMED_OUT
                        && Fate.draw(candidate, 1).kind() == Fate.Kind.NONE)
                .findFirst()
                .orElseThrow();
        edge.mean(seed);
        assertThat(open("/").statusCode()).isEqualTo(524);
        assertThat(open("/").statusCode()).isEqualTo(200);
        edge.mean(seed);
        assertThat(open("/").statusCode()).isEqualTo(524);
        edge.kind();
        assertThat(open("/").statusCode()).isEqualTo(200);
    }
}
