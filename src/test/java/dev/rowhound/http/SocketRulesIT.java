package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.TestNode;
import dev.rowhound.clients.RawWebSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What each of a node's WebSockets asks of a client (RFC 6455), and the code or status that one is refused with. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class SocketRulesIT {
    private static final StubProcessor PROCESSOR = new StubProcessor();
    private static final byte[] PING = "ping".getBytes(StandardCharsets.US_ASCII);
    private static final String UPGRADE = "Upgrade: websocket";
    private static final String CONNECTION = "Connection: keep-alive, Upgrade";
    private static final String VERSION = "Sec-WebSocket-Version: 13";
    private static final String KEY = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==";

    private static TestNode node;
    private static String[] paths;

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start(Map.of(), PROCESSOR::processor);
        PROCESSOR.close();
        Api api = new Api(node);
        String job = api.upload(StubProcessor.form(3)).json().getString("id");
        api.awaitJob(job);
        paths = new String[] {
            "/api/v1/jobs/" + job + "/ws",
            "/api/v1/users/an/ws",
            "/api/v1/cv-processing/ws/an",
            "/api/v1/probe/ws?seconds=60&quiet=1"
        };
    }

    @AfterAll
    static void stop() throws Exception {
        PROCESSOR.open();
        node.close();
    }

    private static String[] paths() {
        return paths;
    }

    @ParameterizedTest
    @MethodSource("paths")
    void textOnly(String path) throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(node.address(), path)) {
            socket.send(RawWebSocket.BINARY, PING);
            assertThat(socket.closed()).isEqualTo("1003 text_only");
        }
    }

    @ParameterizedTest
    @MethodSource("paths")
    void noLongMessages(String path) throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(node.address(), path)) {
            socket.send(RawWebSocket.TEXT, new byte[4096]);
            socket.send(RawWebSocket.TEXT, new byte[4097]);
            assertThat(socket.closed()).isEqualTo("1009 too_large");
        }
        try (RawWebSocket socket = RawWebSocket.open(node.address(), path)) {
            socket.write(RawWebSocket.frame(RawWebSocket.TEXT, false, new byte[4000]));
            socket.send(RawWebSocket.PING, PING);
            socket.write(RawWebSocket.frame(RawWebSocket.CONTINUATION, false, new byte[90]));
            socket.write(RawWebSocket.frame(RawWebSocket.CONTINUATION, true, new byte[7]));
            assertThat(socket.closed()).isEqualTo("1009 too_large");
        }
        try (RawWebSocket socket = RawWebSocket.open(node.address(), path)) {
            socket.send(RawWebSocket.TEXT, new byte[100_000]);
            assertThat(socket.closed()).as("beyond what is read at all").isEqualTo("1009 bad_frame");
        }
    }

    @ParameterizedTest
    @MethodSource("paths")
    void framesByTheRules(String path) throws Exception {
        byte[] reserved = RawWebSocket.frame(RawWebSocket.TEXT, true, PING);
        reserved[0] |= 0x40;
        assertThat(closedAfter(path, reserved)).isEqualTo("1002 bad_frame");
        assertThat(closedAfter(path, RawWebSocket.frame(RawWebSocket.CONTINUATION, true, PING)))
                .isEqualTo("1002 bad_frame");
        assertThat(closedAfter(path, RawWebSocket.frame(RawWebSocket.PING, true, new byte[126])))
                .isEqualTo("1002 bad_frame");
        byte[] unmasked = {(byte) 0x81, 4, 'p', 'i', 'n', 'g'};
        assertThat(closedAfter(path, unmasked)).isEqualTo("1002 bad_frame");
        byte[] behindAGoodOne = new byte[2 * reserved.length];
        System.arraycopy(RawWebSocket.frame(RawWebSocket.TEXT, true, PING), 0, behindAGoodOne, 0, reserved.length);
        System.arraycopy(reserved, 0, behindAGoodOne, reserved.length, reserved.length);
        assertThat(closedAfter(path, behindAGoodOne)).isEqualTo("1002 bad_frame");
    }

    private static String closedAfter(String path, byte[] bytes) throws IOException {
        try (RawWebSocket socket = RawWebSocket.open(node.address(), path)) {
            socket.write(bytes);
            return socket.closed();
        }
    }

    @ParameterizedTest
    @MethodSource("paths")
    void someFramesASecond(String path) throws Exception {
        ByteArrayOutputStream pings = new ByteArrayOutputStream();
        for (int i = 0; i < 150; i++) {
            pings.writeBytes(RawWebSocket.frame(i % 2 == 0 ? RawWebSocket.PING : RawWebSocket.TEXT, true, PING));
        }
        assertThat(closedAfter(path, pings.toByteArray())).isEqualTo("1008 too_many_frames");
        for (int i = 0; i < 50; i++) {
            pings.writeBytes(RawWebSocket.frame(RawWebSocket.PING, true, PING));
        }
        pings.writeBytes(pings.toByteArray());
        assertThat(closedAfter(path, pings.toByteArray())).isEqualTo(String.valueOf(RawWebSocket.CUT));
    }

    @ParameterizedTest
    @MethodSource("paths")
    void aClientWithinTheRulesIsAnswered(String path) throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(node.address(), path)) {
            for (int i = 0; i < 40; i++) {
                socket.send(RawWebSocket.PING, PING);
            }
            socket.write(RawWebSocket.frame(RawWebSocket.TEXT, false, "pi".getBytes(StandardCharsets.US_ASCII)));
            socket.write(RawWebSocket.frame(RawWebSocket.CONTINUATION, true, "ng".getBytes(StandardCharsets.US_ASCII)));
            String text = socket.text();
            while (!text.equals("{\"type\":\"pong\"}")) {
                text = socket.text();
            }
            socket.send(RawWebSocket.CLOSE, new byte[] {1000 >> 8, (byte) 1000});
            assertThat(socket.closed()).isEqualTo("1000");
        }
    }

    @ParameterizedTest
    @CsvSource({"12", "8", "7", "0", "14", "thirteen"})
    void version13Only(String version) throws Exception {
        for (String path : paths) {
            try (RawWebSocket refused = RawWebSocket.handshake(
                    node.address(), path, UPGRADE, CONNECTION, KEY, "Sec-WebSocket-Version: " + version)) {
                assertThat(refused.status()).as(path).isEqualTo(426);
                assertThat(refused.header("Sec-WebSocket-Version")).isEqualTo("13");
                assertThat(refused.header("Upgrade")).isEqualTo("websocket");
                assertThat(refused.header("Content-Type")).startsWith("application/json");
            }
        }
    }

    @Test
    void aWholeHandshakeOnly() throws Exception {
        for (String path : paths) {
            assertThat(status(path, UPGRADE, CONNECTION, KEY))
                    .as("without a version")
                    .isEqualTo(426);
            assertThat(status(path, UPGRADE, KEY, VERSION))
                    .as("without Connection")
                    .isEqualTo(426);
            assertThat(status(path, CONNECTION, KEY, VERSION))
                    .as("without Upgrade")
                    .isEqualTo(426);
            assertThat(status(path, "Upgrade: foo", CONNECTION, KEY, VERSION)).isEqualTo(426);
            assertThat(status(path, UPGRADE, CONNECTION, VERSION))
                    .as("without a key")
                    .isEqualTo(400);
            assertThat(status(path, UPGRADE, CONNECTION, VERSION, "Sec-WebSocket-Key: short"))
                    .isEqualTo(400);
            assertThat(status(path, "Upgrade: WebSocket", CONNECTION, KEY, VERSION))
                    .isEqualTo(101);
        }
    }

    private static int status(String path, String... lines) throws IOException {
        try (RawWebSocket answered = RawWebSocket.handshake(node.address(), path, lines)) {
            return answered.status();
        }
    }
}
