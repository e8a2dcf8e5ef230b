package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.TestNode;
import dev.rowhound.http.legacy.Subscriber;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemResult;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** The CV system's clients find what they know: over its WebSocket, and on the user's channel of Redis. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class CvSocketIT {
    private static final int ROWS = 4;
    private static final String HEARTBEAT = "{\"type\":\"heartbeat\"}";
    private static final String PONG = "{\"type\":\"pong\"}";

    private static TestNode node;
    private static Api api;
    private static final StubProcessor stub = new StubProcessor();

    @BeforeAll
    static void start() throws Exception {
        // Two of its heartbeats without a frame of the client are what 30 s are in earnest.
        node = TestNode.start(Map.of("http.heartbeat_ms", "300"), stub::processor);
        api = new Api(node);
        stub.answer(2, ItemResult.failed(ErrorCode.SELECTOR_MISSING, "There is no title.", "title"));
    }

    @AfterAll
    static void stop() throws Exception {
        stub.open();
        node.close();
    }

    private static String upload(String user) throws Exception {
        return api.upload(StubProcessor.form(ROWS), "Rowhound-User", user)
                .json()
                .getString("id");
    }

    private static Socket open(String user) {
        return Socket.open(node.address(), "/api/v1/cv-processing/ws/" + user);
    }

    private static List<JsonObject> messages(List<String> frames) {
        return frames.stream()
                .filter(frame -> !frame.equals(HEARTBEAT) && !frame.equals(PONG))
                .map(JsonObject::new)
                .toList();
    }

    private static Stream<JsonObject> of(List<String> frames, String type, String job) {
        return messages(frames).stream()
                .filter(message -> type.equals(message.getString("type")))
                .filter(message -> job.equals(message.getString("batch_id")));
    }

    private static boolean completed(List<String> frames, String job) {
        return of(frames, "batch_progress", job).anyMatch(message -> "completed".equals(message.getString("status")));
    }

    /** What a batch of {@link #ROWS} is told as, from its first step on. */
    private static void assertWhole(List<String> frames, String job) {
        List<JsonObject> steps = of(frames, "cv_progress", job).toList();
        assertThat(steps)
                .hasSize(2 * ROWS)
                .allSatisfy(step -> assertThat(step.fieldNames())
                        .containsExactly(
                                "type", "id", "batch_id", "cv_id", "file", "status", "state", "progress", "error"));
        for (int row = 1; row <= ROWS; row++) {
            int number = row;
            List<JsonObject> own = steps.stream()
                    .filter(step -> step.getInteger("cv_id") == number)
                    .toList();
            assertThat(own).extracting(step -> step.getString("file")).containsOnly(StubProcessor.key(row));
            assertThat(own)
                    .extracting(step -> step.getString("status"))
                    .containsExactly("processing", row == 2 ? "failed" : "completed");
            assertThat(own).extracting(step -> step.getInteger("progress")).containsExactly(0, 100);
            assertThat(own.get(1).getString("error")).isEqualTo(row == 2 ? "There is no title." : null);
        }
        List<JsonObject> batches = of(frames, "batch_progress", job).toList();
        JsonObject last = batches.get(batches.size() - 1);
        last.remove("cursor");
        assertThat(last.getMap())
                .isEqualTo(Map.of(
                        "type",
                        "batch_progress",
                        "batch_id",
                        job,
                        "status",
                        "completed",
                        "total",
                        ROWS,
                        "completed",
                        ROWS - 1,
                        "failed",
                        1,
                        "percent",
                        100));
        assertThat(batches).extracting(batch -> batch.getInteger("percent")).isSorted();
    }

    @Test
    void tellsEachStepAndHowTheBatchStands() throws Exception {
        try (Socket socket = open("an")) {
            String job = upload("an");
            Await.until("the end", () -> socket.frames, frames -> completed(frames, job));
            assertWhole(socket.frames, job);
        }
    }

    @Test
    void missesNothingOverAReconnect() throws Exception {
        stub.close();
        String job = upload("binh");
        List<String> before;
        try (Socket socket = open("binh")) {
            Await.until(
                    "the first rows",
                    () -> of(socket.frames, "batch_progress", job).toList(),
                    batches -> !batches.isEmpty());
            before = List.copyOf(socket.frames);
        }
        stub.open();
        api.awaitEnd(job);
        List<JsonObject> batches = of(before, "batch_progress", job).toList();
        JsonObject last = batches.get(batches.size() - 1);
        List<String> told = before.subList(0, before.indexOf(last.encode()) + 1);
        try (Socket socket = open("binh?lastEventId=" + last.getString("cursor"))) {
            Await.until("the end", () -> socket.frames, frames -> completed(frames, job));
            assertWhole(Stream.concat(told.stream(), socket.frames.stream()).toList(), job);
        }
        try (Socket socket = open("binh")) {
            // Who has lost the place is told how it ended.
            Await.until("the end", () -> socket.frames, frames -> completed(frames, job));
            assertThat(of(socket.frames, "cv_progress", job)).isEmpty();
        }
    }

    @Test
    void beatsForAClientThatIsSilentAndAnswersItsPings() throws Exception {
        try (Socket socket = open("chi")) {
            Await.until("a heartbeat", () -> socket.frames, frames -> frames.contains(HEARTBEAT));
            socket.send("ping");
            Await.until("a pong", () -> socket.frames, frames -> frames.contains(PONG));
            int beats = socket.frames.size();
            for (int pings = 1; pings <= 10; pings++) {
                Thread.sleep(100);
                socket.send("ping");
            }
            int all = beats + 10;
            Await.until("the pongs", () -> socket.frames, frames -> frames.size() >= all);
            // Each ping has put the heartbeat off.
            assertThat(socket.frames.subList(beats, socket.frames.size())).containsOnly(PONG);
        }
    }

    @Test
    void publishesTheSameOnTheUsersChannel() throws Exception {
        try (Subscriber subscriber = Subscriber.to(node.redis(), "user:dung:events");
                Socket socket = open("dung")) {
            String job = upload("dung");
            Await.until("the end", subscriber::messages, messages -> completed(messages, job));
            assertWhole(subscriber.messages(), job);
            Await.until("the end", () -> socket.frames, frames -> completed(frames, job));
            Set<String> steps = new HashSet<>();
            of(socket.frames, "cv_progress", job).forEach(step -> steps.add(step.encode()));
            assertThat(of(subscriber.messages(), "cv_progress", job).map(JsonObject::encode))
                    .containsExactlyInAnyOrderElementsOf(steps);
        }
    }
}
