package dev.rowhound.front;

import dev.rowhound.Await;
import dev.rowhound.http.Form;
import io.vertx.core.json.JsonObject;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Uses a node's API through a front end, as a program would. */
final class Caller {
    private static final String ENCODINGS = "gzip, deflate, br";
    private static final String JOBS = "/api/v1/jobs";

    private final HttpClient client;
    private final URI server;

    private Caller(HttpClient client, URI server) {
        this.client = client;
        this.server = server;
    }

    static Caller of(Front front) {
        return of(front.uri());
    }

    static Caller of(URI server) {
        return new Caller(HttpClient.newBuilder().version(Version.HTTP_1_1).build(), server);
    }

    /** One that asks for HTTP/2, over TLS. */
    static Caller encrypted(Front front, Tls tls) {
        return new Caller(
                HttpClient.newBuilder()
                        .version(Version.HTTP_2)
                        .sslContext(tls.context())
                        .build(),
                front.uri());
    }

    HttpClient client() {
        return client;
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.resolve(path)).timeout(Duration.ofSeconds(60));
    }

    HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    JsonObject job(String job) throws Exception {
        return new JsonObject(get(JOBS + "/" + job).body());
    }

    /** The same upload as a whole. */
    static byte[] form(String file) {
        return (formHead() + file + formEnd()).getBytes(StandardCharsets.UTF_8);
    }

    /** What comes before the file. */
    static String formHead() {
        return Form.head("front");
    }

    /** What comes behind the file. */
    static String formEnd() {
        return Form.END;
    }

    /** A file with so many rows, each with so many bytes beside its key. */
    static String file(int rows, int bytes) {
        String more = "x".repeat(bytes);
        return IntStream.rangeClosed(1, rows)
                .mapToObj(row -> Nodes.key(row) + "," + more)
                .collect(Collectors.joining("\n", Nodes.COLUMN + ",more\n", "\n"));
    }

    /** Uploads a form of known length. */
    HttpResponse<String> upload(byte[] form) throws Exception {
        return client.send(upload(BodyPublishers.ofByteArray(form)), BodyHandlers.ofString());
    }

    /** Uploads a form that is still being written. */
    CompletableFuture<HttpResponse<String>> upload(InputStream form) {
        return client.sendAsync(upload(BodyPublishers.ofInputStream(() -> form)), BodyHandlers.ofString());
    }

    private HttpRequest upload(BodyPublisher body) {
        return request(JOBS)
                .header("Content-Type", Form.CONTENT_TYPE)
                .POST(body)
                .build();
    }

    /** Begins an upload of so many bytes over a bare socket, and reads the answer's head and body as they stand. */
    String announce(long bytes) throws IOException {
        String begin = "POST " + JOBS + " HTTP/1.1\r\nHost: " + server.getAuthority()
                + "\r\nContent-Type: " + Form.CONTENT_TYPE + "\r\nContent-Length: " + bytes
                + "\r\n\r\n" + formHead();
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(begin.getBytes(StandardCharsets.UTF_8));
            StringBuilder answer = new StringBuilder();
            // The connection may stay open for what was announced; the error is the body's one JSON object.
            while (answer.indexOf("}") < 0) {
                int read = socket.getInputStream().read();
                if (read < 0) {
                    throw new EOFException("no whole answer, but " + answer);
                }
                answer.append((char) read);
            }
            return answer.toString();
        }
    }

    /** Starts a job of so many rows. */
    String begin(int rows) throws Exception {
        HttpResponse<String> answer = upload(form(file(rows, 10)));
        if (answer.statusCode() != 202) {
            throw new AssertionError(answer + " " + answer.body());
        }
        return new JsonObject(answer.body()).getString("id");
    }

    /** What of an answer is compressed for a client that accepts it; empty for nothing. */
    String encoding(String path) throws Exception {
        HttpRequest request = request(path).header("Accept-Encoding", ENCODINGS).build();
        HttpResponse<Void> answer = client.send(request, BodyHandlers.discarding());
        return answer.headers().firstValue("Content-Encoding").orElse("");
    }

    /** Opens the events of a job, behind that one; null for all of them. It accepts compressed answers. */
    Watching watch(String job, String lastEventId) throws Exception {
        return watchAt(JOBS + "/" + job + "/events", lastEventId);
    }

    Watching watchAt(String path, String lastEventId) throws Exception {
        HttpRequest.Builder request =
                request(path).header("Accept", "text/event-stream").header("Accept-Encoding", ENCODINGS);
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        return new Watching(client.send(request.build(), BodyHandlers.ofInputStream()));
    }

    void cancel(String job) throws Exception {
        client.send(
                request(JOBS + "/" + job + "/cancel")
                        .POST(BodyPublishers.noBody())
                        .build(),
                BodyHandlers.discarding());
        Await.until("the end of the job", () -> job(job), found -> !"running".equals(found.getString("state")));
    }
}
