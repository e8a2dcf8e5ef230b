package dev.rowhound.http.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.progress.Cursor;
import dev.rowhound.progress.EventBatch;
import dev.rowhound.progress.JobEvent;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Events on their way to clients: the same bytes for all, in order, no faster than each of them reads. */
@Timeout(30)
class SseEventsTest {
    private static final StreamConfig CONFIG = new StreamConfig(60_000, 300, 60, 10);
    private static final int READERS = 3;
    private static final int EVENTS = 40;
    private static final Pattern ID = Pattern.compile("(?m)^id: (\\d+)\\.");
    private static final Pattern GREETING = Pattern.compile("^event: heartbeat\ndata: \\{}\nretry: \\d+\n\n");

    private final Vertx vertx = Vertx.vertx();

    /** Kept: one that nobody holds is closed. */
    private final HttpClient client = vertx.createHttpClient();

    @AfterEach
    void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void allReadersAreSentTheSameBytes() throws Exception {
        List<SseStream> streams = new ArrayList<>();
        int port = serve(stream -> {
            streams.add(stream);
            if (streams.size() == READERS) {
                sendAll(streams, 1);
            }
        });
        List<Future<Buffer>> bodies = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            bodies.add(get(port).compose(SseEventsTest::body));
        }
        StringBuilder expected = new StringBuilder();
        for (int seq = 1; seq <= EVENTS; seq++) {
            expected.append("event: item.ended\ndata: {\"seq\":%d,\"fill\":\"%s\"}\nid: %d.0000000a\n\n"
                    .formatted(seq, "é".repeat(seq * 100), seq));
            if (seq % 7 == 0) {
                expected.append("event: totals\ndata: {\"through\":")
                        .append(seq)
                        .append("}\nid: 0\n\n");
            }
        }
        for (Future<Buffer> body : bodies) {
            String text = body.await(20, TimeUnit.SECONDS).toString();
            assertThat(GREETING.matcher(text).replaceFirst("")).isEqualTo(expected.toString());
        }
    }

    /** Two events a task to all of them, and now and then one that goes to each by itself. */
    private void sendAll(List<SseStream> streams, int seq) {
        if (seq > EVENTS) {
            streams.forEach(stream -> stream.end(StreamEnd.ENDED));
            return;
        }
        EventBatch one = batch(seq, seq * 100);
        EventBatch other = batch(seq + 1, (seq + 1) * 100);
        List<Future<Void>> sent = new ArrayList<>();
        for (SseStream stream : streams) {
            sent.add(stream.events(one)
                    .compose(room -> totals(stream, seq))
                    .compose(room -> stream.events(other))
                    .compose(room -> totals(stream, seq + 1)));
        }
        Future.all(sent).onSuccess(taken -> vertx.runOnContext(next -> sendAll(streams, seq + 2)));
    }

    private static Future<Void> totals(SseStream stream, int seq) {
        JsonObject totals = new JsonObject().put("through", seq);
        return seq % 7 == 0 ? stream.event("totals", "0", totals, totals) : Future.succeededFuture();
    }

    @Test
    void aSlowReaderIsSentNoMoreThanItTakesAndLosesNothing() throws Exception {
        int count = 4000;
        int[] taken = {0};
        Promise<Void> stuck = Promise.promise();
        int port = serve(stream -> {
            vertx.setPeriodic(500, new Handler<>() {
                private int before;

                @Override
                public void handle(Long timer) {
                    if (taken[0] > 0 && taken[0] == before) {
                        stuck.tryComplete();
                        vertx.cancelTimer(timer);
                    }
                    before = taken[0];
                }
            });
            sendPaced(stream, 1, count, taken);
        });
        HttpClientResponse response = get(port).await(10, TimeUnit.SECONDS);
        stuck.future().await(20, TimeUnit.SECONDS);
        assertThat(taken[0]).isLessThan(count);
        Future<Buffer> body = body(response);
        Matcher ids = ID.matcher(body.await(20, TimeUnit.SECONDS).toString());
        for (int seq = 1; seq <= count; seq++) {
            assertThat(ids.find()).isTrue();
            assertThat(ids.group(1)).isEqualTo(String.valueOf(seq));
        }
        assertThat(ids.find()).isFalse();
    }

    private void sendPaced(SseStream stream, int seq, int count, int[] taken) {
        if (seq > count) {
            stream.end(StreamEnd.ENDED);
            return;
        }
        stream.events(batch(seq, 4000)).onSuccess(room -> {
            taken[0] = seq;
            vertx.runOnContext(next -> sendPaced(stream, seq + 1, count, taken));
        });
    }

    @Test
    void aReaderOfTheOldProtocolIsSentNoChunks() throws Exception {
        int port = serve(stream -> vertx.runOnContext(next -> {
            var sent = stream.events(batch(1, 10));
            vertx.runOnContext(end -> stream.end(StreamEnd.ENDED));
        }));
        Promise<Void> ended = Promise.promise();
        Buffer all = Buffer.buffer();
        NetSocket socket = vertx.createNetClient().connect(port, "127.0.0.1").await(10, TimeUnit.SECONDS);
        socket.handler(all::appendBuffer);
        socket.endHandler(none -> ended.complete());
        socket.write("GET / HTTP/1.0\r\n\r\n").await(10, TimeUnit.SECONDS);
        ended.future().await(10, TimeUnit.SECONDS);
        assertThat(all.toString()).contains("\n\nevent: item.ended\n").endsWith("\"}\nid: 1.0000000a\n\n");
    }

    private static EventBatch batch(int seq, int length) {
        String json =
                new JsonObject().put("seq", seq).put("fill", "é".repeat(length)).encode();
        return new EventBatch(List.of(new JobEvent(new Cursor(seq, "0000000a"), "item.ended", json)));
    }

    /** The answer, whose body waits until it is wanted: it may come before the caller has said what to do with it. */
    private Future<HttpClientResponse> get(int port) {
        return client.request(HttpMethod.GET, port, "127.0.0.1", "/").compose(request -> {
            Future<HttpClientResponse> answer = request.response().onSuccess(HttpClientResponse::pause);
            var sent = request.end();
            return answer;
        });
    }

    private static Future<Buffer> body(HttpClientResponse response) {
        Future<Buffer> body = response.body();
        response.resume();
        return body;
    }

    /** Opens streams on a free port. */
    private int serve(Consumer<SseStream> use) throws Exception {
        HttpServer server = vertx.createHttpServer().requestHandler(request -> {
            SseStream stream = new SseStream(request, CONFIG);
            stream.open();
            use.accept(stream);
        });
        return server.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS).actualPort();
    }
}
