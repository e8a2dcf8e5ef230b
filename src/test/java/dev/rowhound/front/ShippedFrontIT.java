package dev.rowhound.front;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.front.Watching.Arrival;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.URI;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Uploads and streams of a real node through each front end with the file that is shipped for it. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class ShippedFrontIT {
    private static final int HEARTBEAT_MILLIS = 250;

    /** As many as come within the time limit of a front that is to be outlived. */
    private static final int LIMIT_HEARTBEATS = 2000 / HEARTBEAT_MILLIS;

    private static final int ROW_MILLIS = 60;
    private static final int MEGABYTE = 1_048_576;

    /** {@code http.max_upload_bytes}. */
    private static final long DEFAULT_LIMIT = 104_857_600;

    /** What an administrator may have set for other sites, and what would spoil a stream. */
    private static final Map<Kind, String> HARMFUL = Map.of(Kind.NGINX, """
            gzip on;
            gzip_types *;
            gzip_proxied any;
            gzip_min_length 0;
            proxy_buffering on;
            proxy_ignore_headers X-Accel-Buffering Cache-Control;
            client_max_body_size 1k;
            """, Kind.APACHE, """
            SetOutputFilter DEFLATE
            LimitRequestBody 1024
            ProxyTimeout 1
            """, Kind.HAPROXY, """
            defaults
                compression algo gzip
                compression type text/event-stream application/json
            """);

    private static final int BURST = 8;

    private static Nodes nodes;
    private static URI node;
    private static URI strict;

    @BeforeAll
    static void start() throws Exception {
        nodes = new Nodes();
        node = nodes.start(Map.of("http.heartbeat_ms", String.valueOf(HEARTBEAT_MILLIS)));
        strict = nodes.start(Map.of("roles", "web", "http.max_upload_bytes", String.valueOf(MEGABYTE)));
    }

    @AfterAll
    static void stop() throws Exception {
        nodes.close();
    }

    private static Front shipped(Kind kind) throws Exception {
        return kind.shipped(amidHarm(kind));
    }

    private static Shipped amidHarm(Kind kind) {
        Shipped how = Shipped.before(node);
        if (kind == Kind.HAPROXY) {
            // Its file is all there is, so the harm is done within.
            return how.changed("option dontlognull", """
                    option dontlognull
                    compression algo gzip
                    compression type text/event-stream application/json
                """);
        }
        return how.amid(HARMFUL.get(kind));
    }

    @ParameterizedTest
    @EnumSource
    void anUploadIsPassedOnWhileItArrives(Kind kind) throws Exception {
        nodes.rowsTake(1);
        String file = Caller.file(2700, 2048);
        assertThat(file.length()).isGreaterThan(5 * MEGABYTE);
        int half = file.length() / 2;
        try (Front front = shipped(kind);
                PipedOutputStream out = new PipedOutputStream();
                PipedInputStream in = new PipedInputStream(out, MEGABYTE)) {
            Caller caller = Caller.of(front);
            CompletableFuture<HttpResponse<String>> answer = caller.upload(in);
            out.write((Caller.formHead() + file.substring(0, half)).getBytes(StandardCharsets.UTF_8));
            out.flush();
            JsonObject receiving = Await.until(
                            "the job of half an upload",
                            () -> receiving(caller),
                            jobs -> !jobs.isEmpty() && jobs.getJsonObject(0).getInteger("done", 1) > 0)
                    .getJsonObject(0);
            out.write((file.substring(half) + Caller.formEnd()).getBytes(StandardCharsets.UTF_8));
            out.close();

            HttpResponse<String> answered = answer.get(30, TimeUnit.SECONDS);
            assertThat(answered.statusCode()).as(answered.body()).isEqualTo(202);
            String id = new JsonObject(answered.body()).getString("id");
            assertThat(receiving.getString("id")).isEqualTo(id);
            assertThat(caller.job(id).getInteger("total")).isEqualTo(2700);
            caller.cancel(id);
        }
    }

    private static JsonArray receiving(Caller caller) throws Exception {
        JsonArray receiving = new JsonArray();
        new JsonObject(caller.get("/api/v1/jobs?limit=500").body())
                .getJsonArray("jobs").stream()
                        .map(JsonObject.class::cast)
                        .filter(job -> "receiving".equals(job.getString("state")))
                        .forEach(receiving::add);
        return receiving;
    }

    @ParameterizedTest
    @EnumSource
    void eachEventArrivesWhenItHappensAndUncompressed(Kind kind) throws Exception {
        nodes.rowsTake(ROW_MILLIS);
        try (Front front = shipped(kind)) {
            Caller caller = Caller.of(front);
            assertThat(caller.encoding("/api/v1/jobs"))
                    .as("what surrounds it is in force")
                    .isEqualTo("gzip");
            try (Watching watching = caller.watch(caller.begin(25), null)) {
                assertThat(watching.response().statusCode()).isEqualTo(200);
                assertThat(watching.response().headers().firstValue("Content-Encoding"))
                        .isEmpty();
                assertThat(watching.response().headers().firstValue("Content-Type"))
                        .hasValue("text/event-stream");
                assertOneByOne(watching.rest(), ROW_MILLIS * 20);
            }
        }
    }

    /** Its clients take each event for news and cannot resume, so comments alone keep it going. */
    @ParameterizedTest
    @EnumSource
    void theOldStreamArrivesAsItHappensToItsEnd(Kind kind) throws Exception {
        nodes.rowsTake(4 * HEARTBEAT_MILLIS);
        try (Front front = shipped(kind)) {
            Caller caller = Caller.of(front);
            try (Watching watching = caller.watchAt("/progress/" + caller.begin(4), null)) {
                assertThat(watching.response().statusCode()).isEqualTo(200);
                assertThat(watching.response().headers().firstValue("Content-Encoding"))
                        .isEmpty();
                List<Arrival> arrivals = new ArrayList<>();
                for (Arrival arrival = watching.next(); arrival != null; arrival = watching.next()) {
                    assertThat(arrival.type()).isNull();
                    arrivals.add(arrival);
                }
                Arrival last = arrivals.get(arrivals.size() - 1);
                assertThat(last.json().getString("status")).isEqualTo("completed");
                assertThat(last.millis() - arrivals.get(0).millis())
                        .as("spread of the arrivals, in ms")
                        .isGreaterThan(2 * HEARTBEAT_MILLIS);
            }
        }
    }

    /**
     * That events came soon after they had happened, and over the time in which they did. Late is what came after half
     * a second and after {@value #BURST} later events had happened too: a busy machine is slow with all of them, and
     * only who collects them lets them wait for others.
     */
    private static void assertOneByOne(List<Arrival> events, long overMillis) {
        assertThat(events)
                .extracting(Arrival::seq)
                .isEqualTo(IntStream.rangeClosed(1, events.size()).boxed().toList());
        assertThat(events.get(events.size() - 1).type()).isEqualTo("job.completed");
        assertThat(events.get(events.size() - 1).millis() - events.get(0).millis())
                .as("spread of the arrivals, in ms")
                .isGreaterThan(overMillis);
        // What had happened before the stream began came with its first event.
        long began = events.get(0).millis();
        long late = IntStream.range(0, events.size() - BURST)
                .filter(i -> events.get(i).at() > began)
                .filter(i -> events.get(i).millis()
                        > Math.max(
                                events.get(i).at() + 500, events.get(i + BURST).at()))
                .count();
        assertThat(late).as("events that were collected with others").isLessThan(events.size() / 10);
    }

    @ParameterizedTest
    @EnumSource
    void heartbeatsArriveOneByOneAndKeepAStreamBeyondTheTimeLimit(Kind kind) throws Exception {
        nodes.rowsTake(6000);
        // The shipped limit of five minutes becomes two seconds: the stream lives for longer by its heartbeats alone.
        Shipped how = amidHarm(kind);
        how = switch (kind) {
            case NGINX -> how.changed("proxy_read_timeout 5m;", "proxy_read_timeout 2s;");
            case APACHE -> how.changed("timeout=300", "timeout=2").changed("Timeout 300", "Timeout 2");
            case HAPROXY -> how.changed("timeout server 5m", "timeout server 2s");
        };
        try (Front front = kind.shipped(how)) {
            Caller caller = Caller.of(front);
            // Not through the front, where it would have to be done within the limit.
            String job = Caller.of(node).begin(1);
            List<Long> times = new ArrayList<>();
            try (Watching watching = caller.watch(job, null)) {
                while (times.size() < LIMIT_HEARTBEATS + 4) {
                    Arrival arrival = watching.next();
                    assertThat(arrival)
                            .as("the stream goes on: " + front.errors())
                            .isNotNull();
                    if (arrival.heartbeat()) {
                        times.add(arrival.millis());
                    }
                }
            }
            // A front end that collects them delivers many at once; a busy machine delays one now and then.
            List<Long> gaps = IntStream.range(1, times.size())
                    .mapToObj(i -> times.get(i) - times.get(i - 1))
                    .toList();
            assertThat(gaps.stream()
                            .filter(gap -> gap < HEARTBEAT_MILLIS / 3 || gap > HEARTBEAT_MILLIS * 3)
                            .count())
                    .as("heartbeats that arrived late or with others, ms between them: %s", gaps)
                    .isLessThanOrEqualTo(gaps.size() / 4);
            caller.cancel(job);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStreamIsTakenUpWhereItBrokeOff(Kind kind) throws Exception {
        nodes.rowsTake(20);
        try (Front front = shipped(kind)) {
            Caller caller = Caller.of(front);
            String job = caller.begin(20);
            List<Arrival> all = new ArrayList<>();
            try (Watching watching = caller.watch(job, null)) {
                all.addAll(watching.take(7));
            }
            try (Watching watching = caller.watch(job, all.get(6).id())) {
                all.addAll(watching.rest());
            }
            assertThat(all)
                    .extracting(Arrival::seq)
                    .isEqualTo(IntStream.rangeClosed(1, all.size()).boxed().toList());
            Arrival last = all.get(all.size() - 1);
            assertThat(last.type()).isEqualTo("job.completed");
            try (Watching over = caller.watch(job, last.id())) {
                assertThat(over.response().statusCode())
                        .as("nothing will follow")
                        .isEqualTo(204);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void http2ReachesTheClient(Kind kind, @TempDir Path folder) throws Exception {
        nodes.rowsTake(ROW_MILLIS);
        Tls tls = Tls.make(folder);
        try (Front front = kind.shipped(amidHarm(kind).encrypted(tls))) {
            Caller caller = Caller.encrypted(front, tls);
            HttpResponse<String> uploaded = caller.upload(Caller.form(Caller.file(25, 60_000)));
            assertThat(uploaded.statusCode()).as(uploaded.body()).isEqualTo(202);
            String job = new JsonObject(uploaded.body()).getString("id");
            // Two streams share one connection, and neither holds the other up.
            try (Watching one = caller.watch(job, null);
                    Watching other = caller.watch(job, null)) {
                assertThat(one.response().version()).isEqualTo(Version.HTTP_2);
                assertThat(one.response().headers().firstValue("Content-Encoding"))
                        .isEmpty();
                FutureTask<List<Arrival>> all = new FutureTask<>(one::rest);
                new Thread(all, "one").start();
                assertThat(other.take(5)).hasSize(5);
                assertOneByOne(all.get(), ROW_MILLIS * 15);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void rowhoundSaysItselfWhenAnUploadIsTooLarge(Kind kind) throws Exception {
        try (Front front = kind.shipped(Shipped.before(strict))) {
            byte[] form = Caller.form(Caller.file(2700, 2048));
            assertTooLarge(Caller.of(front).upload(form), MEGABYTE);
            // On a connection of its own: nginx closes one whose request it has not read whole, although its answer
            // offers to keep it, and a client that takes it up again at that moment gets no answer.
            assertTooLarge(
                    Caller.of(front).upload(new ByteArrayInputStream(form)).get(30, TimeUnit.SECONDS), MEGABYTE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void largerUploadsAreRefusedInRowhoundsWordsByFrontAndNode(Kind kind) throws Exception {
        try (Front front = kind.shipped(Shipped.before(node))) {
            assertTooLarge(refused(Caller.of(front).announce(DEFAULT_LIMIT + 1)), DEFAULT_LIMIT);
        }
    }

    private static void assertTooLarge(HttpResponse<String> answer, long limit) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(413);
        assertTooLarge(answer.body(), limit);
    }

    private static void assertTooLarge(String body, long limit) {
        JsonObject error = new JsonObject(body);
        assertThat(error.getString("code")).isEqualTo("too_large");
        assertThat(error.getString("message"))
                .isEqualTo("the upload is larger than " + limit + " bytes; split the file");
        assertThat(error.getString("field")).isEqualTo("file");
        assertThat(error.getString("request_id")).isNotBlank();
    }

    /** The body of an answer as it stands on the wire, which has to be 413 with JSON. */
    private static String refused(String answer) {
        assertThat(answer).startsWith("HTTP/1.1 413 ").containsPattern("(?i)\\ncontent-type: application/json");
        return answer.substring(answer.indexOf('{'));
    }

    @ParameterizedTest
    @EnumSource
    void anUpgradeThatIsNoWebSocketOpensNoTunnel(Kind kind) throws Exception {
        try (Front front = shipped(kind)) {
            // The JDK's client asks for "h2c" with each request of this version that is not encrypted.
            var client = java.net.http.HttpClient.newBuilder()
                    .version(Version.HTTP_2)
                    .build();
            HttpResponse<String> answer = client.send(
                    java.net.http.HttpRequest.newBuilder(front.uri().resolve("/health/live"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.version()).isEqualTo(Version.HTTP_1_1);
        }
    }
}
