package dev.trawl.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stream's frame: its head, its heartbeats and its end. */
@Timeout(20)
class SseWriterTest {
    private static final int HEARTBEAT_MILLIS = 50;
    private static final String BEAT = "event: heartbeat\ndata: {}\n\n";

    private final Vertx vertx = Vertx.vertx();
    private final List<Throwable> faults = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void beatsWhileThereIsNothingToTell() throws Exception {
        int port = serve(response -> new SseWriter(vertx, response, HEARTBEAT_MILLIS).open());
        HttpClient client = vertx.createHttpClient();
        Promise<String> heard = Promise.promise();
        Buffer all = Buffer.buffer();
        client.request(HttpMethod.GET, port, "127.0.0.1", "/")
                .compose(request -> request.send())
                .onFailure(heard::tryFail)
                .onSuccess(response -> response.handler(bytes -> {
                    if (all.appendBuffer(bytes).toString().endsWith(BEAT + BEAT)) {
                        heard.tryComplete(all.toString());
                    }
                }));
        assertThat(heard.future().await(10, TimeUnit.SECONDS)).isEqualTo("retry: 1000\n\n" + BEAT + BEAT);
        assertThat(faults).isEmpty();
    }

    @Test
    void isSilentBehindItsEnd() throws Exception {
        int port = serve(response -> {
            SseWriter writer = new SseWriter(vertx, response, HEARTBEAT_MILLIS);
            writer.open();
            writer.end();
        });
        assertThat(body(port)).isEqualTo("retry: 1000\n\n");
        awaitSomeBeats();
        assertThat(faults).isEmpty();
    }

    @Test
    void tellsItsEndOnce() throws Exception {
        List<String> closes = new CopyOnWriteArrayList<>();
        int port = serve(response -> {
            SseWriter writer = new SseWriter(vertx, response, HEARTBEAT_MILLIS);
            writer.open();
            writer.onClose(closed -> closes.add("closed"));
            writer.end();
        });
        body(port);
        awaitSomeBeats();
        assertThat(closes).containsExactly("closed");
    }

    /** All that comes; the connection is closed behind it. */
    private String body(int port) throws Exception {
        HttpClient client = vertx.createHttpClient();
        Buffer body = client.request(HttpMethod.GET, port, "127.0.0.1", "/")
                .compose(request -> request.send())
                .compose(response -> response.body())
                .await(10, TimeUnit.SECONDS);
        client.close().await(10, TimeUnit.SECONDS);
        return body.toString();
    }

    private void awaitSomeBeats() throws Exception {
        vertx.timer(3 * HEARTBEAT_MILLIS, TimeUnit.MILLISECONDS).await(10, TimeUnit.SECONDS);
    }

    /** Serves that answer on a free port, and takes down what nobody catches. */
    private int serve(Consumer<HttpServerResponse> answer) throws Exception {
        HttpServer server = vertx.createHttpServer().requestHandler(request -> {
            vertx.getOrCreateContext().exceptionHandler(faults::add);
            answer.accept(request.response());
        });
        return server.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS).actualPort();
    }
}
