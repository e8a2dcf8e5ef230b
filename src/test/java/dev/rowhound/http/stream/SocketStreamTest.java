package dev.rowhound.http.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.clients.RawWebSocket;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A WebSocket whose client does not read: how long it is borne with, however its queue was filled. */
@Timeout(30)
class SocketStreamTest {
    private static final int HEARTBEAT_MILLIS = 100;
    private static final Buffer FILLING = Buffer.buffer(new byte[60_000]);

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @AfterEach
    void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void aQueueThatWasFilledPastTheStreamStallsToo() throws Exception {
        Promise<Void> over = Promise.promise();
        URI server = serve(1, (stream, socket) -> {
            stream.onClose(over::complete);
            fill(socket);
        });
        try (RawWebSocket client = RawWebSocket.open(server, "/")) {
            over.future().await(10, TimeUnit.SECONDS);
            assertThat(client.closed()).isEqualTo(String.valueOf(RawWebSocket.CUT));
        }
        assertThat(open()).isZero();
    }

    @Test
    void aClientThatReadsAgainIsHeardAgain() throws Exception {
        Promise<Void> filled = Promise.promise();
        URI server = serve(60, (stream, socket) -> {
            fill(socket);
            filled.complete();
        });
        try (RawWebSocket client = RawWebSocket.open(server, "/")) {
            filled.future().await(10, TimeUnit.SECONDS);
            for (int i = 0; i < 50; i++) {
                client.send(RawWebSocket.PING, new byte[0]);
            }
            String text = client.text();
            client.send(RawWebSocket.TEXT, "ping".getBytes(StandardCharsets.US_ASCII));
            while (!text.contains("pong")) {
                text = client.text();
            }
            assertThat(open()).isEqualTo(1);
        }
    }

    @Test
    void anEndThatNobodyReadsIsCut() throws Exception {
        Promise<Void> over = Promise.promise();
        URI server = serve(60, (stream, socket) -> {
            stream.onClose(over::complete);
            fill(socket);
            stream.end(StreamEnd.ROTATED);
        });
        try (RawWebSocket client = RawWebSocket.open(server, "/")) {
            over.future().await(25, TimeUnit.SECONDS);
            assertThat(client.closed()).isEqualTo(String.valueOf(RawWebSocket.CUT));
        }
        assertThat(open()).isZero();
    }

    private double open() {
        return registry.get("rowhound_streams").gauge().value();
    }

    /**
     * Fills the queue past the stream, as Vert.x's responses to pings do. The system's buffers take megabytes first,
     * which small frames would need seconds for on a busy machine.
     */
    private static void fill(ServerWebSocket socket) {
        while (!socket.writeQueueFull() && !socket.isClosed()) {
            var written = socket.writeFinalBinaryFrame(FILLING);
        }
    }

    /** Serves sockets on a free port. */
    private URI serve(int stallSeconds, BiConsumer<SocketStream, ServerWebSocket> use) throws Exception {
        StreamConfig config = new StreamConfig(HEARTBEAT_MILLIS, 300, stallSeconds, 10);
        OpenStreams streams = new OpenStreams(vertx, config, new StreamCount(config.maxStreams(), registry));
        streams.start();
        HttpServer server = vertx.createHttpServer()
                .requestHandler(request -> request.toWebSocket().onSuccess(socket -> {
                    SocketStream stream = new SocketStream(request, socket, config);
                    stream.open();
                    streams.add(stream);
                    use.accept(stream, socket);
                }));
        int port = server.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS).actualPort();
        return URI.create("http://127.0.0.1:" + port);
    }
}
