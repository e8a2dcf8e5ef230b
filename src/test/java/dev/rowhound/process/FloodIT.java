package dev.rowhound.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.clients.RawWebSocket;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that send and never read: a node with 256 MB of heap cuts them, and those beside them see nothing of it. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class FloodIT {
    /** More than the heap holds, were each answered or kept. */
    private static final int FLOOD_BYTES = 256 << 20;

    private static final int ROWS = 12;

    /** How many frames of HTTP/2 go into a write. */
    private static final int FRAMES = 500;

    private static final int WRITE_BYTES = 32 << 10;
    private static final int MAX_PAYLOAD_BYTES = 125;
    private static final int CUT_SECONDS = 15;
    private static final Duration A_WHILE = Duration.ofSeconds(60);
    private static final byte[] HTTP_2_PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    static Path folder;

    private static DemoSiteServer site;
    private static ServedNode node;

    @BeforeAll
    static void start() throws Exception {
        site = DemoSiteServer.start(Files.createDirectory(folder.resolve("site")));
        ServedNode.writeRecipe(folder, site.address(), 7000, 3);
        node = ServedNode.start(folder, "256m", Map.of("worker.slots", "1", "http.stall_seconds", "5"));
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
        site.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/jobs/JOB/ws",
                "/api/v1/users/an/ws",
                "/api/v1/cv-processing/ws/an",
                "/api/v1/probe/ws?seconds=100"
            })
    void pingsThatNobodyReadsTheAnswersOf(String path) throws Exception {
        beside(job -> {
            try (RawWebSocket socket = RawWebSocket.open(node.address(), path.replace("JOB", job))) {
                flood(socket, socket::write, RawWebSocket.frame(RawWebSocket.PING, true, new byte[MAX_PAYLOAD_BYTES]));
            }
        });
    }

    @Test
    void textsThatNobodyReadsTheAnswersOf() throws Exception {
        beside(job -> {
            try (RawWebSocket socket = RawWebSocket.open(node.address(), "/api/v1/cv-processing/ws/an")) {
                flood(
                        socket,
                        socket::write,
                        RawWebSocket.frame(RawWebSocket.TEXT, true, "ping".getBytes(StandardCharsets.US_ASCII)));
            }
        });
    }

    @Test
    void aMessageThatNeverEnds() throws Exception {
        beside(job -> {
            try (RawWebSocket socket = RawWebSocket.open(node.address(), "/api/v1/users/an/ws")) {
                byte[] piece = new byte[32 << 10];
                socket.write(RawWebSocket.frame(RawWebSocket.TEXT, false, piece));
                flood(socket, socket::write, RawWebSocket.frame(RawWebSocket.CONTINUATION, false, piece));
            }
        });
    }

    @Test
    void requestsThatNobodyReadsTheAnswersOf() throws Exception {
        byte[] request = ("GET /openapi.yaml HTTP/1.1\r\nHost: "
                        + node.address().getAuthority() + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        beside(job -> {
            try (Socket socket =
                    new Socket(InetAddress.getLoopbackAddress(), node.address().getPort())) {
                // Those behind an answer that is not taken are not read; an idle connection is cut in the end.
                assertThatThrownBy(() -> flood(socket, socket.getOutputStream()::write, request))
                        .isInstanceOf(TimeoutException.class);
            }
        });
    }

    /** Frames of HTTP/2 that are answered, or cost something to keep. */
    enum Frame {
        PING(6, 0, new byte[8]),
        SETTINGS(4, 0, new byte[0]),
        /** A request that is taken back at once. */
        RESET(1, 1, new byte[0]);

        private final int type;
        private final int stream;
        private final byte[] payload;

        Frame(int type, int stream, byte[] payload) {
            this.type = type;
            this.stream = stream;
            this.payload = payload;
        }

        /** Many of them. */
        byte[] many(int firstStream) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int i = 0; i < FRAMES; i++) {
                if (this == RESET) {
                    int id = firstStream + 2 * i;
                    // GET, /, http and an authority, by their numbers in HPACK's table.
                    byte[] head = {(byte) 0x82, (byte) 0x84, (byte) 0x86, 0x41, 1, 'a'};
                    bytes.writeBytes(bytes(1, 0x5, id, head));
                    bytes.writeBytes(bytes(3, 0, id, new byte[] {0, 0, 0, 8}));
                } else {
                    bytes.writeBytes(bytes(type, 0, 0, payload));
                }
            }
            return bytes.toByteArray();
        }

        static byte[] bytes(int type, int flags, int stream, byte[] payload) {
            return ByteBuffer.allocate(9 + payload.length)
                    .put((byte) 0)
                    .putShort((short) payload.length)
                    .put((byte) type)
                    .put((byte) flags)
                    .putInt(stream)
                    .put(payload)
                    .array();
        }
    }

    @ParameterizedTest
    @EnumSource(Frame.class)
    void framesOfHttp2(Frame frame) throws Exception {
        beside(job -> {
            try (Socket socket =
                    new Socket(InetAddress.getLoopbackAddress(), node.address().getPort())) {
                OutputStream out = socket.getOutputStream();
                assertThatThrownBy(() -> {
                            out.write(HTTP_2_PREFACE);
                            out.write(Frame.bytes(4, 0, 0, new byte[0]));
                            int stream = 1;
                            for (long sent = 0; sent < FLOOD_BYTES; stream += 1000) {
                                byte[] bytes = frame.many(stream);
                                out.write(bytes);
                                sent += bytes.length;
                            }
                        })
                        .as("the node hangs up")
                        .isInstanceOf(SocketException.class);
            }
        });
    }

    /** Something that writes to a connection. */
    private interface Sink {
        void write(byte[] bytes) throws IOException;
    }

    /** Sends the frame over and over; it has to be cut within some seconds. */
    private static void flood(Closeable connection, Sink sink, byte[] frame) throws Exception {
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        while (many.size() < WRITE_BYTES) {
            many.writeBytes(frame);
        }
        flood(connection, sink, many::toByteArray);
    }

    private static void flood(Closeable connection, Sink sink, Supplier<byte[]> next) throws Exception {
        Future<Throwable> cut = CompletableFuture.supplyAsync(() -> {
            try {
                for (long sent = 0; sent < FLOOD_BYTES; ) {
                    byte[] bytes = next.get();
                    sink.write(bytes);
                    sent += bytes.length;
                }
                return new AssertionError("the node took it all");
            } catch (IOException e) {
                return e;
            }
        });
        try {
            assertThat(cut.get(CUT_SECONDS, TimeUnit.SECONDS))
                    .as("the node hangs up")
                    .isInstanceOf(SocketException.class);
        } finally {
            // A write that is never taken ends with its connection.
            connection.close();
        }
    }

    /** What is done to the node while a job runs. */
    private interface Attack {
        void on(String job) throws Exception;
    }

    /** Runs a job, watches it, and attacks the node meanwhile. */
    private static void beside(Attack attack) throws Exception {
        Path rows = folder.resolve("rows.csv");
        try (CompanyRows made = new CompanyRows(ROWS)) {
            Files.write(rows, made.readAllBytes());
        }
        String job = node.upload(rows);
        try (Watcher watcher = Watcher.of(node, job)) {
            attack.on(job);
            watcher.awaitEnd(A_WHILE);
            List<Long> numbers = new ArrayList<>();
            watcher.events().forEach(event -> numbers.add(event.getLong("seq")));
            assertThat(numbers)
                    .isEqualTo(LongStream.rangeClosed(1, numbers.size()).boxed().toList())
                    .hasSizeGreaterThan(2 * ROWS);
            assertThat(watcher.cuts()).isZero();
            assertThat(watcher.resets()).isZero();
        }
        assertThat(node.process().isAlive()).isTrue();
        assertThat(node.process().err()).doesNotContain("OutOfMemoryError", "ERROR");
    }
}
