package dev.rowhound.http.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.progress.Cursor;
import dev.rowhound.progress.EventBatch;
import dev.rowhound.progress.EventLog;
import dev.rowhound.progress.EventSink;
import dev.rowhound.progress.JobFeeds;
import dev.rowhound.progress.Wakeups;
import dev.rowhound.redis.RedisConnector;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetSocket;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A stream's frame: its head, its heartbeats and its end. */
@Timeout(20)
@ExtendWith(VertxExtension.class)
class SseStreamTest {
    private static final int HEARTBEAT_MILLIS = 100;
    private static final String BEAT = "event: heartbeat\ndata: {}\n\n";
    private static final String BEATS = "(" + Pattern.quote(BEAT) + ")";
    private static final String RETRY = "event: heartbeat\ndata: \\{}\nretry: \\d+\n\n";
    private static final StreamConfig LASTING = new StreamConfig(HEARTBEAT_MILLIS, 300, 60, 10);

    private static final EventSink NOBODY = new EventSink() {
        @Override
        public Future<Void> events(String job, EventBatch batch, String cursor) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Cursor> lost(String job, Function<Cursor, String> place) {
            return Future.succeededFuture(Cursor.START);
        }
    };

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<Throwable> faults = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    /** Opens streams on the loop that it is made on. */
    private final class Opener {
        private final JobFeeds feeds;
        private final OpenStreams streams;
        private final StreamConfig config;

        Opener(StreamConfig config) {
            this.config = config;
            RedisConnector store = new RedisConnector(vertx, "redis://127.0.0.1:1", 100);
            feeds = new JobFeeds(vertx, new EventLog(store), new Wakeups(vertx));
            streams = new OpenStreams(vertx, config, new StreamCount(config.maxStreams(), registry));
            streams.start();
        }

        SseStream open(HttpServerRequest request) {
            SseStream stream = new SseStream(request, config);
            stream.open();
            streams.add(stream);
            return stream;
        }
    }

    private double open() {
        return registry.get("rowhound_streams").gauge().value();
    }

    @Test
    void beatsWhileThereIsNothingToTell(VertxTestContext test) throws Exception {
        Opener opener = new Opener(LASTING);
        int port = serve(opener::open);
        Buffer all = Buffer.buffer();
        vertx.createHttpClient()
                .request(HttpMethod.GET, port, "127.0.0.1", "/")
                .compose(request -> request.send())
                .onComplete(test.succeeding(response -> response.handler(bytes -> {
                    if (all.appendBuffer(bytes).toString().endsWith(BEAT + BEAT)) {
                        test.verify(() -> {
                            assertThat(all.toString()).matches(RETRY + BEATS + "{2,}");
                            assertThat(open()).isEqualTo(1);
                            assertThat(faults).isEmpty();
                        });
                        test.completeNow();
                    }
                })));
    }

    @Test
    void isSilentBehindItsEnd() throws Exception {
        Opener opener = new Opener(LASTING);
        int port = serve(request -> opener.open(request).end(StreamEnd.ENDED));
        assertThat(body(port)).matches(RETRY);
        awaitSomeBeats();
        assertThat(faults).isEmpty();
    }

    @Test
    void tellsItsEndOnce() throws Exception {
        List<String> closes = new CopyOnWriteArrayList<>();
        Opener opener = new Opener(LASTING);
        int port = serve(request -> {
            SseStream stream = opener.open(request);
            stream.onClose(() -> closes.add("closed"));
            stream.end(StreamEnd.ENDED);
        });
        body(port);
        awaitSomeBeats();
        assertThat(closes).containsExactly("closed");
        assertThat(open()).isZero();
    }

    /** As by a look-up that its client did not wait for. */
    @Test
    void isNotKeptWhereItIsOverAlready() throws Exception {
        Opener opener = new Opener(LASTING);
        List<String> closes = new CopyOnWriteArrayList<>();
        Promise<Void> added = Promise.promise();
        int port = serve(request -> {
            SseStream stream = opener.open(request);
            stream.onClose(() -> vertx.runOnContext(late -> {
                opener.streams.follow(opener.feeds.watch("job", Cursor.START, NOBODY), stream);
                stream.onClose(() -> closes.add("closed"));
                added.complete();
            }));
            stream.end(StreamEnd.ENDED);
        });
        body(port);
        added.future().await(10, TimeUnit.SECONDS);
        assertThat(closes).containsExactly("closed");
        assertThat(open()).isZero();
        Await.until("the end of its watch", Duration.ofSeconds(10), () -> opener.feeds.size() == 0);
    }

    @Test
    void endsWhenItIsOldAndSpreadsWhoComesBack() throws Exception {
        Opener opener = new Opener(new StreamConfig(HEARTBEAT_MILLIS, 1, 60, 10));
        int port = serve(opener::open);
        long began = System.nanoTime();
        assertThat(body(port)).matches(RETRY + BEATS + "+");
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)).isBetween(900L, 4000L);
        assertThat(open()).isZero();
    }

    @Test
    void tellsAtShutdownWhenToComeBack() throws Exception {
        Opener opener = new Opener(LASTING);
        Promise<Context> opened = Promise.promise();
        int port = serve(request -> {
            opener.open(request);
            opened.complete(vertx.getOrCreateContext());
        });
        CompletableFuture<String> body = CompletableFuture.supplyAsync(() -> body(port));
        opened.future().await(10, TimeUnit.SECONDS).runOnContext(run -> opener.streams.endAll());
        assertThat(body.get(10, TimeUnit.SECONDS)).matches(RETRY + BEATS + "*" + RETRY);
    }

    @Test
    void cutsAReaderThatTakesNothing() throws Exception {
        Opener opener = new Opener(new StreamConfig(HEARTBEAT_MILLIS, 300, 1, 10));
        AtomicBoolean gone = new AtomicBoolean();
        Promise<Void> failed = Promise.promise();
        int port = serve(request -> {
            SseStream stream = opener.open(request);
            stream.onClose(() -> gone.set(true));
            // More than all the buffers on the way can hold.
            stream.write(Buffer.buffer(new byte[64 << 20])).onFailure(error -> failed.complete());
        });
        NetSocket reader = vertx.createNetClient().connect(port, "127.0.0.1").await(10, TimeUnit.SECONDS);
        reader.pause();
        reader.write("GET / HTTP/1.1\r\nHost: test\r\n\r\n").await(10, TimeUnit.SECONDS);

        failed.future().await(10, TimeUnit.SECONDS);
        awaitSomeBeats();
        assertThat(gone).isTrue();
        assertThat(open()).isZero();
        reader.resume();
    }

    /** All that comes. */
    private static String body(int port) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            return HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .build()
                    .sendAsync(request, HttpResponse.BodyHandlers.ofString())
                    .get(10, TimeUnit.SECONDS)
                    .body();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitSomeBeats() throws Exception {
        vertx.timer(3 * HEARTBEAT_MILLIS, TimeUnit.MILLISECONDS).await(10, TimeUnit.SECONDS);
    }

    /** Serves that answer on a free port, and takes down what nobody catches. */
    private int serve(Consumer<HttpServerRequest> answer) throws Exception {
        HttpServer server = vertx.createHttpServer().requestHandler(request -> {
            vertx.getOrCreateContext().exceptionHandler(faults::add);
            answer.accept(request);
        });
        return server.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS).actualPort();
    }
}
