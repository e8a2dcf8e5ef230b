package dev.rowhound.http;

import dev.rowhound.Await;
import dev.rowhound.TestNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Speaks to a node as a program would, and keeps what it answers as it came. */
final class Api {
    static final String JOBS = "/api/v1/jobs";
    private static final Set<String> TERMINAL = Set.of("completed", "failed", "cancelled");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI server;

    Api(TestNode node) {
        this(node.address());
    }

    Api(URI server) {
        this.server = server;
    }

    /** An answer with its whole body. */
    record Answer(HttpResponse<byte[]> response) {
        int status() {
            return response.statusCode();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }

        String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        JsonObject json() {
            return Buffer.buffer(response.body()).toJsonObject();
        }

        JsonArray array() {
            return Buffer.buffer(response.body()).toJsonArray();
        }

        @Override
        public String toString() {
            return status() + " " + text();
        }
    }

    Answer get(String path, String... headers) throws Exception {
        return send(request(path, headers));
    }

    Answer post(String path) throws Exception {
        return send(request(path).POST(BodyPublishers.noBody()));
    }

    /** Uploads over {@code POST /api/v1/jobs}. */
    Answer upload(Form form, String... headers) throws Exception {
        return upload(JOBS, form, headers);
    }

    Answer upload(String path, Form form, String... headers) throws Exception {
        return send(
                request(path, headers).header("Content-Type", Form.CONTENT_TYPE).POST(form.publisher()));
    }

    HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path));
        return headers.length == 0 ? request : request.headers(headers);
    }

    Answer send(HttpRequest.Builder request) throws Exception {
        return new Answer(client.send(request.build(), BodyHandlers.ofByteArray()));
    }

    /** A job's events from the first one on. */
    EventStream events(String job) throws Exception {
        return watch(JOBS + "/" + job + "/events");
    }

    /** Opens a stream, which must be there. */
    EventStream watch(String path, String... headers) throws Exception {
        return EventStream.open(client, request(path, headers).build());
    }

    JsonObject job(String id) throws Exception {
        Answer answer = get(JOBS + "/" + id);
        if (answer.status() != 200) {
            throw new AssertionError(answer.toString());
        }
        return answer.json();
    }

    /** The caller's jobs, by id. */
    List<String> jobs() throws Exception {
        JsonArray jobs = get(JOBS + "?limit=500").json().getJsonArray("jobs");
        return jobs.stream().map(job -> ((JsonObject) job).getString("id")).toList();
    }

    /** Waits until the job is there, which is when its first rows are. */
    JsonObject awaitJob(String id) throws Exception {
        return Await.until("job " + id, () -> get(JOBS + "/" + id), answer -> answer.status() == 200)
                .json();
    }

    JsonObject awaitEnd(String id) throws Exception {
        return Await.until("the end of job " + id, () -> job(id), job -> TERMINAL.contains(job.getString("state")));
    }

    /** All pages of a job's rows. */
    List<JsonObject> items(String id, String query) throws Exception {
        List<JsonObject> items = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            JsonObject page = get(JOBS + "/" + id + "/items?" + query + cursor).json();
            page.getJsonArray("items").forEach(item -> items.add((JsonObject) item));
            String next = page.getString("next");
            cursor = next == null ? null : "&cursor=" + next;
        }
        return items;
    }
}
