package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.TestNode;
import dev.rowhound.http.Api.Answer;
import dev.rowhound.http.EventStream.Event;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** A user's stream over each of its three ways: the same bytes as the jobs' own streams, without a hole. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class UserStreamIT {
    private static final int ROWS = 6;

    /** Two events a row, and those of the job itself: receiving, running, completed. */
    private static final int EVENTS = 2 * ROWS + 3;

    private static TestNode node;
    private static Api api;
    private static final StubProcessor stub = new StubProcessor();

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start(Map.of("http.heartbeat_ms", "200", "http.max_streams", "8"), stub::processor);
        api = new Api(node);
    }

    @AfterAll
    static void stop() throws Exception {
        stub.open();
        node.close();
    }

    private static String upload(String user) throws Exception {
        Answer answer = api.upload(StubProcessor.form(ROWS), "Rowhound-User", user);
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        return answer.json().getString("id");
    }

    private static String events(String user) {
        return "/api/v1/users/" + user + "/events";
    }

    /** What the job's own stream has told, to its end. */
    private static List<String> own(String job) throws Exception {
        try (EventStream stream = api.events(job)) {
            return stream.rest().stream().map(Event::data).toList();
        }
    }

    private static Map<String, List<String>> byJob(List<String> events) {
        Map<String, List<String>> jobs = new LinkedHashMap<>();
        events.forEach(event -> jobs.computeIfAbsent(new JsonObject(event).getString("job"), job -> new ArrayList<>())
                .add(event));
        return jobs;
    }

    private static int seq(Event event) {
        return event.json().getInteger("seq");
    }

    @Test
    void isTheSameBytesAsTheJobsStreams() throws Exception {
        stub.close();
        List<String> told;
        String first;
        String second;
        try (EventStream stream = api.watch(events("an"))) {
            first = upload("an");
            upload("binh");
            second = upload("an");
            stub.open();
            told = stream.until(new Ends(2)::reached).stream().map(Event::data).toList();
        }
        Map<String, List<String>> jobs = byJob(told);
        assertThat(jobs).containsOnlyKeys(first, second);
        assertThat(jobs.get(first)).isEqualTo(own(first)).hasSize(EVENTS);
        assertThat(jobs.get(second)).isEqualTo(own(second)).hasSize(EVENTS);
    }

    /** Tells when so many jobs have completed. */
    private static final class Ends {
        private int left;

        Ends(int jobs) {
            left = jobs;
        }

        boolean reached(Event event) {
            return "job.completed".equals(event.type()) && --left == 0;
        }
    }

    @Test
    void goesOnBehindItsLastId() throws Exception {
        stub.close();
        String first = upload("chi");
        String second = upload("chi");
        List<Event> before;
        try (EventStream stream = api.watch(events("chi"))) {
            Map<String, Integer> seen = new LinkedHashMap<>();
            before = stream.until(event -> {
                seen.merge(event.json().getString("job"), 1, Integer::sum);
                return event.id() != null && seen.getOrDefault(first, 0) > 1 && seen.getOrDefault(second, 0) > 1;
            });
        }
        stub.open();
        api.awaitEnd(first);
        String last = before.get(before.size() - 1).id();
        List<Event> after;
        try (EventStream stream = api.watch(events("chi"), "Last-Event-ID", last)) {
            after = stream.until(new Ends(2)::reached);
        }
        Map<String, List<String>> jobs = byJob(
                Stream.concat(before.stream(), after.stream()).map(Event::data).toList());
        assertThat(jobs.get(first)).isEqualTo(own(first));
        assertThat(jobs.get(second)).isEqualTo(own(second));
        assertThat(after).noneMatch(event -> "reset".equals(event.type()));
    }

    @Test
    void resetsEachJobWhereItsIdIsNone() throws Exception {
        stub.close();
        String job = upload("dung");
        try (EventStream stream = api.watch(events("dung") + "?lastEventId=17.9f3a01bc")) {
            Event reset = stream.next();
            assertThat(reset.type()).isEqualTo("reset");
            assertThat(reset.json().getString("id")).isEqualTo(job);
            int last = Integer.parseInt(reset.json().getString("last_event").split("\\.")[0]);
            stub.open();
            List<Event> rest = stream.until(new Ends(1)::reached);
            assertThat(seq(rest.get(0))).isEqualTo(last + 1);
            assertThat(seq(rest.get(rest.size() - 1))).isEqualTo(EVENTS);
        }
    }

    @Test
    void tellsTheSameOverASocket() throws Exception {
        stub.close();
        String job = upload("em");
        String cursor;
        List<String> frames;
        try (Socket socket = Socket.open(node.address(), "/api/v1/users/em/ws")) {
            Await.until("the first cursor", () -> cursors(socket), found -> !found.isEmpty());
            List<String> cursors = cursors(socket);
            cursor = cursors.get(cursors.size() - 1);
            frames = List.copyOf(socket.frames);
            socket.send("ping");
            Await.until("the pong", () -> socket.frames, all -> all.contains("{\"type\":\"pong\"}"));
            Await.until("a heartbeat", () -> socket.frames, all -> all.contains("{\"v\":1,\"type\":\"heartbeat\"}"));
        }
        List<String> before = upTo(frames, cursor);
        stub.open();
        api.awaitEnd(job);
        try (Socket socket = Socket.open(node.address(), "/api/v1/users/em/ws?lastEventId=" + cursor)) {
            Await.until("the end", socket::events, events -> events.size() + before.size() >= EVENTS);
            List<String> all = new ArrayList<>(before);
            all.addAll(socket.events());
            assertThat(all).isEqualTo(own(job));
        }
    }

    private static List<String> cursors(Socket socket) {
        return socket.frames.stream()
                .map(JsonObject::new)
                .filter(frame -> "cursor".equals(frame.getString("type")))
                .map(frame -> frame.getString("id"))
                .toList();
    }

    /** The numbered events before that cursor. */
    private static List<String> upTo(List<String> frames, String cursor) {
        List<String> events = new ArrayList<>();
        for (String frame : frames) {
            JsonObject json = new JsonObject(frame);
            if (cursor.equals(json.getString("id"))) {
                return events;
            }
            if (json.containsKey("seq")) {
                events.add(frame);
            }
        }
        throw new AssertionError("no cursor " + cursor + " among " + frames);
    }

    @Test
    void tellsTheSameByPolling() throws Exception {
        stub.close();
        String none = poll("giang", "0", "").getString("last");
        String first = upload("giang");
        String second = upload("giang");
        stub.open();
        Map<String, List<String>> told = new LinkedHashMap<>();
        String last = none;
        for (int polls = 0;
                polls < 100 && told.values().stream().mapToInt(List::size).sum() < 2 * EVENTS;
                polls++) {
            JsonObject answer = poll("giang", last, "&wait=5s&limit=4");
            assertThat(answer.fieldNames()).containsExactly("events", "last", "ended");
            assertThat(answer.getBoolean("ended")).isFalse();
            JsonArray events = answer.getJsonArray("events");
            assertThat(events.size()).isBetween(1, 4);
            events.forEach(
                    event -> told.computeIfAbsent(((JsonObject) event).getString("job"), job -> new ArrayList<>())
                            .add(((JsonObject) event).encode()));
            last = answer.getString("last");
        }
        assertThat(told.get(first)).isEqualTo(own(first));
        assertThat(told.get(second)).isEqualTo(own(second));
        assertThat(poll("giang", last, "").getJsonArray("events")).isEmpty();
        assertThat(poll("giang", last, "&wait=300ms").getJsonArray("events")).isEmpty();
    }

    @Test
    void pollsASnapshotWhereItsIdIsNone() throws Exception {
        stub.close();
        String job = upload("hoa");
        JsonObject answer = poll("hoa", "17.9f3a01bc", "");
        JsonObject reset = answer.getJsonObject("reset");
        assertThat(reset.getJsonObject("snapshot").getString("id")).isEqualTo(job);
        assertThat(answer.getString("last")).isEqualTo(reset.getString("id"));
        stub.open();
        api.awaitEnd(job);
        JsonArray rest = poll("hoa", answer.getString("last"), "").getJsonArray("events");
        assertThat(rest.getJsonObject(rest.size() - 1).getInteger("seq")).isEqualTo(EVENTS);
    }

    private static JsonObject poll(String user, String after, String more) throws Exception {
        Answer answer = api.get(events(user) + "?after=" + after + more);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        return answer.json();
    }
}
