package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.TestNode;
import dev.rowhound.http.Api.Answer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.validation.ResponseValidator;
import io.vertx.openapi.validation.ValidatableResponse;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** A node's probes: streams, sockets and uploads that need no job, within limits, as the contract says. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class ProbeIT {
    private static final String EVENTS = "/api/v1/probe/events";
    private static final String SOCKET = "/api/v1/probe/ws";
    private static final String UPLOAD = "/api/v1/probe/upload";
    private static final int UPLOAD_LIMIT = 100_000;

    private static TestNode node;
    private static Api api;
    private static WebSocketClient sockets;

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start(Map.of("roles", "web", "http.max_upload_bytes", String.valueOf(UPLOAD_LIMIT)));
        api = new Api(node);
        sockets = node.vertx().createWebSocketClient();
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    private static Future<WebSocket> connect(TestNode server, String path) {
        return sockets.connect(new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(server.address().getPort())
                .setURI(path));
    }

    private static List<EventStream.Event> events(String query, String... headers) throws Exception {
        try (EventStream stream = api.watch(EVENTS + query, headers)) {
            return stream.rest();
        }
    }

    /** What a socket gets until it is closed, and the code that it is closed with. */
    private record Heard(List<JsonObject> frames, Short code) {}

    private static Heard listen(String query) throws Exception {
        List<JsonObject> frames = Collections.synchronizedList(new ArrayList<>());
        Promise<Heard> closed = Promise.promise();
        // Listened to on the socket's own event loop, before the first frame is there.
        return connect(node, SOCKET + query)
                .compose(socket -> {
                    socket.textMessageHandler(text -> frames.add(new JsonObject(text)));
                    socket.closeHandler(
                            none -> closed.complete(new Heard(List.copyOf(frames), socket.closeStatusCode())));
                    return closed.future();
                })
                .await(20, TimeUnit.SECONDS);
    }

    private static List<Long> numbers(List<EventStream.Event> events) {
        return events.stream()
                .filter(event -> event.type().equals("probe"))
                .map(event -> event.json().getLong("seq"))
                .toList();
    }

    @Test
    void numbersEventsAndTellsOfItself() throws Exception {
        List<EventStream.Event> events =
                events("?seconds=1&interval_ms=100", "Rowhound-User", "an", "Accept-Encoding", "br");
        JsonObject hello = events.get(0).json();
        assertThat(hello.getString("type"))
                .isEqualTo("probe.hello")
                .isEqualTo(events.get(0).type());
        assertThat(Duration.between(hello.getInstant("at"), Instant.now()).abs())
                .isLessThan(Duration.ofSeconds(10));
        assertThat(hello.getLong("max_upload_bytes")).isEqualTo(UPLOAD_LIMIT);
        assertThat(hello.getInteger("heartbeat_ms")).isEqualTo(15_000);
        assertThat(hello.getString("http")).isEqualTo("1.1");
        assertThat(hello.getString("client")).isEqualTo("127.0.0.1");
        assertThat(hello.getString("accept_encoding")).isEqualTo("br");
        assertThat(hello.getString("last_event_id")).isNull();
        assertThat(hello.getJsonArray("headers")).containsExactly("rowhound-user");
        List<Long> numbers = numbers(events);
        assertThat(numbers).hasSizeBetween(5, 10);
        assertThat(numbers)
                .isEqualTo(LongStream.rangeClosed(1, numbers.size()).boxed().toList());
        assertThat(events.get(1).id()).isEqualTo(events.get(1).json().getString("id"));
        EventStream.Event end = events.get(events.size() - 1);
        assertThat(end.type()).isEqualTo("probe.end");
        assertThat(end.json().getLong("seq")).isEqualTo(numbers.size());
    }

    @Test
    void goesOnBehindAnIdFromTheHeaderFirst() throws Exception {
        List<EventStream.Event> events =
                events("?seconds=1&interval_ms=200&lastEventId=3.00000000", "Last-Event-ID", "17.9f3a01bc");
        assertThat(events.get(0).json().getString("last_event_id")).isEqualTo("17.9f3a01bc");
        assertThat(events.get(1).id()).isEqualTo("18.9f3a01bc");
        assertThat(events("?seconds=1&interval_ms=200&lastEventId=3.00000000")
                        .get(1)
                        .id())
                .isEqualTo("4.00000000");
        assertThat(events("?seconds=1&interval_ms=200&lastEventId=nonsense")
                        .get(1)
                        .id())
                .startsWith("1.");
    }

    @Test
    void isQuietIfAskedTo() throws Exception {
        assertThat(events("?seconds=1&interval_ms=50&quiet=1"))
                .extracting(EventStream.Event::type)
                .containsExactly("probe.hello", "probe.end");
        assertThat(listen("?seconds=1&interval_ms=50&quiet=1").frames())
                .extracting(frame -> frame.getString("type"))
                .containsExactly("probe.hello", "probe.end");
    }

    @Test
    void saysTheSameOverAWebSocket() throws Exception {
        Heard heard = listen("?seconds=1&interval_ms=100&lastEventId=17.9f3a01bc");
        assertThat(heard.code()).isEqualTo((short) 1000);
        assertThat(heard.frames().get(0).getString("type")).isEqualTo("probe.hello");
        assertThat(heard.frames().get(1).getString("id")).isEqualTo("18.9f3a01bc");
        assertThat(heard.frames()).hasSizeBetween(6, 12);

        WebSocket socket = connect(node, SOCKET + "?seconds=5&quiet=1").await(10, TimeUnit.SECONDS);
        Promise<String> pong = Promise.promise();
        socket.textMessageHandler(text -> {
            if (text.contains("pong")) {
                pong.tryComplete(text);
            }
        });
        socket.writeTextMessage("ping");
        assertThat(pong.future().await(5, TimeUnit.SECONDS)).isEqualTo("{\"type\":\"pong\"}");
        socket.close().await(5, TimeUnit.SECONDS);
    }

    @Test
    void countsUploads() throws Exception {
        Answer answer = upload(node, UPLOAD_LIMIT, false);
        assertThat(answer.json().getLong("bytes")).isEqualTo(UPLOAD_LIMIT);
        assertThat(upload(node, UPLOAD_LIMIT, true).json().getLong("bytes")).isEqualTo(UPLOAD_LIMIT);
        assertThat(upload(node, UPLOAD_LIMIT + 1, false).status()).isEqualTo(413);
        assertThat(upload(node, UPLOAD_LIMIT + 1, true).status()).isEqualTo(413);
    }

    private static Answer upload(TestNode server, int bytes, boolean chunked) throws Exception {
        byte[] body = new byte[bytes];
        Api there = new Api(server);
        return there.send(there.request(UPLOAD)
                .POST(
                        chunked
                                ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
                                : BodyPublishers.ofByteArray(body)));
    }

    @Test
    void endsInGoodOrderWithTheNode() throws Exception {
        TestNode other = TestNode.start(Map.of("roles", "web"));
        WebSocket socket;
        Promise<Short> code = Promise.promise();
        try (EventStream stream = new Api(other).watch(EVENTS + "?seconds=60&interval_ms=60000")) {
            assertThat(stream.next().type()).isEqualTo("probe.hello");
            socket = connect(other, SOCKET + "?seconds=60&quiet=1").await(10, TimeUnit.SECONDS);
            socket.closeHandler(none -> code.complete(socket.closeStatusCode()));
            long begun = System.nanoTime();
            other.close();
            assertThat(stream.rest()).as("ended, not cut").isEmpty();
            assertThat(code.future().await(5, TimeUnit.SECONDS)).isEqualTo((short) 1012);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4));
        }
    }

    /** Every status that the contract tells of is provoked, and answered in the contract's form. */
    @Test
    void keepsItsContract() throws Exception {
        OpenAPIContract contract = Contract.load(node.vertx()).await(60, TimeUnit.SECONDS);
        ResponseValidator validator = ResponseValidator.create(node.vertx(), contract);
        Set<String> kept = new ConcurrentSkipListSet<>();
        TestNode narrow = TestNode.start(Map.of(
                "roles", "web",
                "probe.at_once", "1",
                "probe.per_minute", "20",
                "http.max_upload_bytes", "10"));
        try {
            Check check = (operation, status, headers, body) -> {
                // The library can check JSON only.
                if (!operation.equals("probeEvents") || status != 200) {
                    validator
                            .validate(ValidatableResponse.create(status, headers, body, "application/json"), operation)
                            .await(10, TimeUnit.SECONDS);
                }
                kept.add(operation + " " + status);
            };
            Api there = new Api(narrow);
            check(check, "probeEvents", there.get(EVENTS + "?seconds=1&interval_ms=500"), 200);
            check(check, "probeEvents", there.get(EVENTS + "?seconds=151"), 400);
            check(check, "probeEvents", there.get(EVENTS + "?interval_ms=no"), 400);
            check(check, "probeSocket", there.get(SOCKET + "?quiet=2"), 400);
            check(check, "probeSocket", there.get(SOCKET), 426);
            check(check, "probeUpload", upload(narrow, 10, false), 200);
            check(check, "probeUpload", upload(narrow, 11, false), 413);
            try (EventStream open = there.watch(EVENTS + "?seconds=60")) {
                assertThat(open.next().type()).isEqualTo("probe.hello");
                check(check, "probeEvents", there.get(EVENTS), 503);
                check(check, "probeUpload", upload(narrow, 1, false), 503);
                refused(check, narrow, 503);
            }
            Await.until("an end of the probe", () -> upload(narrow, 1, false), answer -> answer.status() == 200);
            Await.until("an end of the allowance", () -> upload(narrow, 1, false), answer -> answer.status() == 429);
            check(check, "probeUpload", upload(narrow, 1, false), 429);
            check(check, "probeEvents", there.get(EVENTS), 429);
            refused(check, narrow, 429);
        } finally {
            narrow.close();
        }
        Set<String> described = contract.operations().stream()
                .filter(operation -> operation.getOperationId().startsWith("probe"))
                .flatMap(operation -> operation.getOpenAPIModel().getJsonObject("responses").fieldNames().stream()
                        .filter(status -> status.matches("\\d{3}") && !status.equals("500"))
                        .map(status -> operation.getOperationId() + " " + status))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(new TreeSet<>(kept)).isEqualTo(described);
    }

    private interface Check {
        void run(String operation, int status, Map<String, String> headers, Buffer body) throws Exception;
    }

    private static void check(Check check, String operation, Answer answer, int status) throws Exception {
        assertThat(answer.status()).as("%s: %s", operation, answer).isEqualTo(status);
        Map<String, String> headers = answer.response().headers().map().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().get(0)));
        check.run(operation, status, headers, Buffer.buffer(answer.response().body()));
    }

    private static void refused(Check check, TestNode server, int status) throws Exception {
        Future<WebSocket> tried = connect(server, SOCKET + "?seconds=1");
        try {
            tried.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
            throw new AssertionError("it was opened");
        } catch (ExecutionException e) {
            UpgradeRejectedException rejected = (UpgradeRejectedException) e.getCause();
            assertThat(rejected.getStatus()).isEqualTo(status);
            Map<String, String> headers = rejected.getHeaders().entries().stream()
                    .collect(Collectors.toMap(entry -> entry.getKey().toLowerCase(), Map.Entry::getValue, (a, b) -> a));
            check.run("probeSocket", status, headers, rejected.getBody());
        }
    }
}
