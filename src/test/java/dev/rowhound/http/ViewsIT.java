package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.Await;
import dev.rowhound.TestNode;
import dev.rowhound.http.Api.Answer;
import dev.rowhound.http.EventStream.Event;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemResult;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.WebSocketHandshakeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Server-sent events, WebSocket and polling are three views of one log. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class ViewsIT {
    private static final StubProcessor stub = new StubProcessor();
    private static TestNode node;
    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start(
                Map.of("http.heartbeat_ms", "300", "worker.slots", "4", "redis.timeout_ms", "3000"), stub::processor);
        api = new Api(node);
    }

    @AfterAll
    static void stop() throws Exception {
        stub.open();
        node.close();
    }

    @AfterEach
    void open() {
        stub.open();
    }

    private static String upload(int rows) throws Exception {
        Answer answer = api.upload(StubProcessor.form(rows));
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        return answer.json().getString("id");
    }

    private static Socket socket(String job, String query) {
        return Socket.open(node.address(), Api.JOBS + "/" + job + "/ws" + query);
    }

    private static JsonObject poll(String job, String query) throws Exception {
        Answer answer = api.get(Api.JOBS + "/" + job + "/events?" + query);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    /** All events by polling, each as it stands in its answer. */
    private static List<String> polled(String job) throws Exception {
        List<String> events = new ArrayList<>();
        String last = "0";
        boolean ended = false;
        while (!ended) {
            String text = api.get(Api.JOBS + "/" + job + "/events?after=" + last + "&wait=10s&limit=7")
                    .text();
            String list = text.substring("{\"events\":[".length(), text.indexOf("],\"last\":"));
            if (!list.isEmpty()) {
                events.addAll(List.of(list.split("(?<=}),(?=\\{\"v\":1)")));
            }
            JsonObject answer = new JsonObject(text);
            last = answer.getString("last");
            ended = answer.getBoolean("ended");
        }
        return events;
    }

    @Test
    void eachEventHasTheSameBytesInAllOfThem() throws Exception {
        stub.taking(5);
        String job = upload(40);
        try (Socket socket = socket(job, "");
                EventStream stream = api.events(job)) {
            CompletableFuture<List<String>> polled = CompletableFuture.supplyAsync(() -> {
                try {
                    return polled(job);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            List<Event> streamed = stream.rest();
            assertThat(socket.awaitClose()).isEqualTo("1000 ended");

            List<String> data = streamed.stream().map(Event::data).toList();
            assertThat(socket.events()).isEqualTo(data);
            assertThat(polled.get(30, TimeUnit.SECONDS)).isEqualTo(data);
            assertThat(streamed)
                    .allSatisfy(
                            event -> assertThat(event.json().getString("id")).isEqualTo(event.id()));
            assertThat(data.stream().map(text -> new JsonObject(text).getLong("seq")))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, data.size()).boxed().toList());
        }
    }

    @Test
    void aPollEndsWithTheLastGenerationOnly() throws Exception {
        stub.answer(2, ItemResult.failed(ErrorCode.SELECTOR_MISSING, "There is no title", "extract"));
        String job = upload(2);
        api.awaitEnd(job);
        stub.answer(2, ItemResult.found(new JsonObject().put("title", "two")));
        assertThat(api.post(Api.JOBS + "/" + job + "/retry-failed").status()).isEqualTo(200);
        Await.until(
                "the second generation's end",
                () -> api.job(job),
                now -> now.getInteger("generation") == 2
                        && now.getString("state").equals("completed"));
        JsonArray all = poll(job, "after=0").getJsonArray("events");

        for (int limit = 1; limit <= all.size(); limit++) {
            JsonObject answer = poll(job, "after=0&limit=" + limit);
            assertThat(answer.getJsonArray("events")).hasSize(limit);
            assertThat(answer.getBoolean("ended")).as("of the first %s", limit).isEqualTo(limit == all.size());
        }
    }

    @Test
    void aSocketGoesOnBehindAnIdAndEndsAtOnceBehindTheLast() throws Exception {
        String job = upload(3);
        api.awaitEnd(job);
        List<Event> all;
        try (EventStream stream = api.events(job)) {
            all = stream.rest();
        }
        try (Socket socket = socket(job, "?lastEventId=" + all.get(4).id())) {
            assertThat(socket.awaitClose()).isEqualTo("1000 ended");
            assertThat(socket.events())
                    .isEqualTo(
                            all.subList(5, all.size()).stream().map(Event::data).toList());
        }
        try (Socket socket =
                socket(job, "?lastEventId=" + all.get(all.size() - 1).id())) {
            assertThat(socket.awaitClose()).isEqualTo("1000 ended");
            assertThat(socket.frames).isEmpty();
        }
    }

    @Test
    void aSocketIsToldOfALostCursorAndKeptAlive() throws Exception {
        stub.close();
        String job = upload(3);
        try (Socket socket = socket(job, "?lastEventId=2.00000000")) {
            Await.until("two heartbeats", () -> socket.frames.size(), count -> count >= 3);
            JsonObject reset = new JsonObject(socket.frames.get(0));
            assertThat(reset.getString("type")).isEqualTo("reset");
            assertThat(reset.getString("id"))
                    .isEqualTo(reset.getJsonObject("snapshot").getString("last_event"));
            Await.until(
                    "a heartbeat", () -> socket.frames, frames -> frames.contains("{\"v\":1,\"type\":\"heartbeat\"}"));
            socket.send("ping");
            Await.until("the answer", () -> socket.frames, frames -> frames.contains("{\"type\":\"pong\"}"));
        }
    }

    @Test
    void noSocketIsOpenedWhereThereIsNothing() {
        assertThatThrownBy(() -> socket("00000000-0000-0000-0000-000000000000", ""))
                .hasCauseInstanceOf(WebSocketHandshakeException.class)
                .satisfies(error -> assertThat(((WebSocketHandshakeException) error.getCause())
                                .getResponse()
                                .statusCode())
                        .isEqualTo(404));
    }

    @Test
    void aPlainRequestIsToldToUpgrade() throws Exception {
        String job = upload(1);
        Answer answer = api.get(Api.JOBS + "/" + job + "/ws");
        assertThat(answer.status()).isEqualTo(426);
        assertThat(answer.json().getString("code")).isEqualTo("upgrade_required");
    }

    @Test
    void aPollWaitsUntilThereIsSomething() throws Exception {
        stub.close();
        String job = upload(1);
        Await.until(
                "the start",
                () -> poll(job, "after=0"),
                now -> now.getJsonArray("events").size() == 3);
        String last = poll(job, "after=0").getString("last");
        JsonObject nothing = poll(job, "after=" + last + "&wait=200ms");
        assertThat(nothing.getJsonArray("events")).isEmpty();
        assertThat(nothing.getString("last")).isEqualTo(last);

        CompletableFuture<JsonObject> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return poll(job, "after=" + last + "&wait=30s");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        TimeUnit.MILLISECONDS.sleep(300);
        assertThat(waiting).isNotDone();
        stub.open();
        JsonObject woken = waiting.get(10, TimeUnit.SECONDS);
        assertThat(woken.getJsonArray("events").getJsonObject(0).getString("type"))
                .isEqualTo("item.ended");
    }

    @Test
    void aPollIsToldOfALostCursorAndOfTheEnd() throws Exception {
        String job = upload(2);
        api.awaitEnd(job);
        JsonObject reset = poll(job, "after=nonsense");
        String last = reset.getString("last");
        assertThat(reset.getJsonObject("reset").getJsonObject("snapshot").getString("state"))
                .isEqualTo("completed");
        assertThat(reset.getJsonObject("reset").getString("id")).isEqualTo(last);
        assertThat(reset.getBoolean("ended")).isTrue();

        JsonObject over = poll(job, "after=" + last + "&wait=30s");
        assertThat(over.getJsonArray("events")).isEmpty();
        assertThat(over.getBoolean("ended")).isTrue();
    }

    @Test
    void badWishesAreRefusedByName() throws Exception {
        String job = upload(1);
        for (String[] query : new String[][] {
            {"after=0&wait=2h", "wait"},
            {"after=0&wait=61s", "wait"},
            {"after=0&limit=0", "limit"},
            {"after=0&detail=all", "detail"},
            {"detail=none", "detail"}
        }) {
            Answer answer = api.get(Api.JOBS + "/" + job + "/events?" + query[0]);
            assertThat(answer.status()).as(query[0]).isEqualTo(400);
            assertThat(answer.json().getString("field")).isEqualTo(query[1]);
        }
    }

    @Test
    void totalsTellHowFarItIsAFewTimesASecond() throws Exception {
        stub.taking(2);
        long began = System.nanoTime();
        String job = upload(1200);
        List<JsonObject> told;
        try (EventStream stream = api.watch(Api.JOBS + "/" + job + "/events?detail=totals")) {
            List<Event> rest = stream.rest();
            assertThat(rest)
                    .allSatisfy(event -> assertThat(event.type()).isEqualTo("totals"))
                    .allSatisfy(event ->
                            assertThat(event.id()).isEqualTo(event.json().getString("id")));
            told = rest.stream().map(Event::json).toList();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        assertThat(told.size()).isBetween(2, (int) (seconds * 4) + 2);
        assertThat(told.stream().map(totals -> totals.getLong("through"))).isSorted();
        JsonObject last = told.get(told.size() - 1);
        assertThat(last.getString("state")).isEqualTo("completed");
        assertThat(last.getJsonObject("counters").getInteger("found")).isEqualTo(1200);

        try (Socket socket = socket(job, "?detail=totals")) {
            assertThat(socket.awaitClose()).isEqualTo("1000 ended");
            assertThat(new JsonObject(socket.frames.get(0)).getLong("through")).isEqualTo(last.getLong("through"));
        }
        JsonArray polled = poll(job, "after=0&detail=totals&wait=5s").getJsonArray("events");
        assertThat(polled.getJsonObject(0).getLong("through")).isEqualTo(last.getLong("through"));
        assertThat(poll(job, "after=" + last.getString("id") + "&detail=totals&wait=5s")
                        .getBoolean("ended"))
                .isTrue();
    }

    @Test
    void aStreamWaitsOutTheStoresAbsence() throws Exception {
        String job = upload(3);
        api.awaitEnd(job);
        node.freezeRedis();
        try (EventStream stream = api.watch(Api.JOBS + "/" + job + "/events?lastEventId=0");
                Socket socket = socket(job, "")) {
            assertThat(api.get(Api.JOBS + "/" + job).status()).isEqualTo(503);
            node.thawRedis();
            List<Event> events = stream.rest();
            assertThat(events.get(events.size() - 1).type()).isEqualTo("job.completed");
            assertThat(socket.awaitClose()).isEqualTo("1000 ended");
            assertThat(socket.events())
                    .isEqualTo(events.stream().map(Event::data).toList());
        } finally {
            node.thawRedis();
        }
    }

    @Test
    void socketsEndAtShutdownWithAWordToComeBack() throws Exception {
        StubProcessor own = new StubProcessor().close();
        TestNode other = TestNode.start(Map.of(), own::processor);
        try {
            Api there = new Api(other);
            String job = there.upload(StubProcessor.form(2)).json().getString("id");
            Socket socket = Socket.open(other.address(), Api.JOBS + "/" + job + "/ws");
            EventStream stream = there.events(job);
            Await.until("the first events", () -> socket.events().size(), count -> count >= 2);
            assertThat(stream.next()).isNotNull();
            CompletableFuture<Void> stopping = CompletableFuture.runAsync(() -> {
                own.open();
                try {
                    other.close();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(socket.awaitClose()).isIn("1012 shutdown", "1000 ended");
            // It ends as a stream does, and is not cut.
            stream.rest();
            stopping.get(30, TimeUnit.SECONDS);
        } finally {
            own.open();
        }
    }
}
