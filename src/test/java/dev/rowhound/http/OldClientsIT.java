package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.TestNode;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** The earlier crawler's clients send their fields as they like, and cannot resume a stream. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class OldClientsIT {
    private static final int HEARTBEAT_MILLIS = 100;
    private static final int STREAM_SECONDS = 1;
    private static final int PAUSE_MILLIS = 3000;
    private static final StubProcessor PROCESSOR = new StubProcessor();
    private static TestNode node;
    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start(
                Map.of(
                        "http.heartbeat_ms",
                        String.valueOf(HEARTBEAT_MILLIS),
                        "http.stream_seconds",
                        String.valueOf(STREAM_SECONDS),
                        "http.max_streams",
                        "1",
                        "redis.timeout_ms",
                        "500"),
                PROCESSOR::processor);
        api = new Api(node);
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    @BeforeEach
    void open() {
        PROCESSOR.open();
    }

    /** A stream as it stands on the wire. */
    private static final class Progress implements AutoCloseable {
        private final BufferedReader lines;
        private int comments;

        Progress(String session) throws Exception {
            HttpRequest request = HttpRequest.newBuilder(node.address().resolve("/progress/" + session))
                    .build();
            HttpResponse<InputStream> response = HttpClient.newHttpClient().send(request, BodyHandlers.ofInputStream());
            assertThat(response.statusCode()).isEqualTo(200);
            lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        }

        /** The next message, or null at the end. */
        JsonObject next() throws IOException {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("data: ")) {
                    return new JsonObject(line.substring("data: ".length()));
                }
                assertThat(line).isIn(":", "");
                comments += line.isEmpty() ? 0 : 1;
            }
            return null;
        }

        /** Reads so many heartbeats, between which no message comes. */
        void heartbeats(int count) throws IOException {
            for (int left = 2 * count; left > 0; left--) {
                assertThat(lines.readLine()).isIn(":", "");
            }
        }

        JsonObject last() throws IOException {
            JsonObject last = null;
            for (JsonObject message = next(); message != null; message = next()) {
                last = message;
            }
            return last;
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }

    private static String upload(Form form, String... headers) throws Exception {
        Api.Answer answer = api.upload("/crawl_csv", form, headers);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().getString("session_id");
    }

    @Test
    void followsAJobForLongerThanOtherStreamsLive() throws Exception {
        PROCESSOR.close();
        String session = upload(StubProcessor.form(2));
        try (Progress progress = new Progress(session)) {
            JsonObject message = progress.next();
            while (!message.getString("status").equals("processing")) {
                message = progress.next();
            }
            // Others end after one to two seconds.
            progress.heartbeats(3 * STREAM_SECONDS * 1000 / HEARTBEAT_MILLIS);
            PROCESSOR.open();
            assertThat(progress.last().getString("status")).isEqualTo("completed");
        }
    }

    @Test
    void countsAmongTheStreamsThatAreLimited() throws Exception {
        PROCESSOR.close();
        String session = upload(StubProcessor.form(1));
        try (Progress progress = new Progress(session)) {
            progress.next();
            Api.Answer refused = api.get("/progress/" + session);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.json().getString("code")).isEqualTo("busy");
            PROCESSOR.open();
            assertThat(progress.last().getString("status")).isEqualTo("completed");
        }
    }

    @Test
    void waitsForASessionThatIsNotMadeYet() throws Exception {
        String session = UUID.randomUUID().toString();
        try (Progress progress = new Progress(session)) {
            assertThat(progress.next().getString("status")).isEqualTo("waiting");
            assertThat(upload(StubProcessor.form(2), "Rowhound-Job-Id", session))
                    .isEqualTo(session);
            assertThat(progress.last().getString("status")).isEqualTo("completed");
        }
    }

    @Test
    void waitsWhileTheStoreIsAway() throws Exception {
        String session = upload(StubProcessor.form(2));
        api.awaitEnd(session);
        node.send(Command.CLIENT, "PAUSE", PAUSE_MILLIS);
        try (Progress progress = new Progress(session)) {
            JsonObject waiting = progress.next();
            assertThat(waiting.getString("status")).isEqualTo("waiting");
            assertThat(waiting.getString("message")).contains("store");
            assertThat(progress.last().getString("status")).isEqualTo("completed");
        }
    }

    @Test
    void takesTheFileFirst() throws Exception {
        String session = upload(new Form()
                .file(StubProcessor.file(700))
                .field("recipe", StubProcessor.RECIPE)
                .field("batch_size", "3"));
        JsonObject job = api.job(session);
        assertThat(job.getString("recipe")).isEqualTo(StubProcessor.RECIPE);
        assertThat(job.getInteger("concurrency")).isEqualTo(3);
        assertThat(job.getInteger("total")).isEqualTo(700);
        assertThat(node.data().resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void takesTheFileBetweenItsFields() throws Exception {
        String session = upload(StubProcessor.form(1).field("delay_range", "1,2"));
        assertThat(api.job(session).getJsonArray("delay_ms")).containsExactly(1000, 2000);
    }

    @Test
    void refusesWhatIsWrongBehindTheFile() throws Exception {
        Api.Answer answer = api.upload("/crawl_csv", StubProcessor.form(1).field("batch_size", "none"));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().getString("field")).isEqualTo("batch_size");
    }

    @Test
    void refusesASecondFile() throws Exception {
        Api.Answer answer = api.upload("/crawl_csv", StubProcessor.form(1).file(StubProcessor.file(1)));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().getString("code")).isEqualTo("field_after_file");
    }
}
