package dev.rowhound.cli.client;

import dev.rowhound.cli.console.CommandFailure;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;

/** Client for the parts of a server's HTTP API that the commands need. */
public final class ServerClient {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration UPLOAD_TIMEOUT = Duration.ofHours(1);
    private static final int BUFFER_BYTES = 16 * 1024;

    private final URI base;
    // Without an HTTP/2 upgrade offer, as a proxy in between may mishandle it in an upload.
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();

    /**
     * Creates a client for an address such as {@code http://127.0.0.1:8102}; a path is kept as a prefix.
     *
     * @throws CommandFailure with {@link ExitCode#USAGE} if the address is not valid
     */
    public ServerClient(URI address) {
        String text = checked(address).toString();
        this.base = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
    }

    /**
     * Checks a server's address and returns it.
     *
     * @throws CommandFailure with {@link ExitCode#USAGE} if the address is not valid
     */
    public static URI checked(URI address) {
        boolean http = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
        if (http && address.getHost() != null && address.getQuery() == null && address.getFragment() == null) {
            return address;
        }
        throw new CommandFailure(
                "\"" + address + "\" is not a server address; use one such as http://127.0.0.1:8102", ExitCode.USAGE);
    }

    /** Returns the server's address without a trailing slash. */
    public URI base() {
        return base;
    }

    /** Returns the address of a job's page. */
    public URI page(String job) {
        return at("/?job=" + job);
    }

    /**
     * Fetches a recipe.
     *
     * @throws ApiFailure if the server does not have it
     * @throws IOException if the server cannot be reached
     */
    public JsonObject recipe(String name) throws IOException, InterruptedException {
        return json(http.send(request("/api/v1/recipes/" + encoded(name)).build(), BodyHandlers.ofString()));
    }

    /**
     * Tries a recipe of the server.
     *
     * @param user the user's name, or empty
     * @param body the request body of the API
     * @param limit the response timeout
     * @throws ApiFailure if the server refuses
     * @throws IOException if the server cannot be reached
     */
    public JsonObject tryRecipe(String name, String user, JsonObject body, Duration limit)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                request("/api/v1/recipes/" + encoded(name) + "/try").timeout(limit);
        return post(user.isEmpty() ? request : request.header("Rowhound-User", user), body);
    }

    /**
     * Fetches a job's snapshot.
     *
     * @throws ApiFailure if the server refuses
     * @throws IOException if the server cannot be reached
     */
    public JsonObject job(String id) throws IOException, InterruptedException {
        return json(http.send(request("/api/v1/jobs/" + id).build(), BodyHandlers.ofString()));
    }

    /**
     * Answers a row's question.
     *
     * @param answer the request body of the API
     * @throws ApiFailure if the server refuses, with 409 if the question is no longer open
     * @throws IOException if the server cannot be reached
     */
    public void answer(String job, int row, JsonObject answer) throws IOException, InterruptedException {
        JsonObject unused = post(request("/api/v1/jobs/" + job + "/items/" + row + "/answer"), answer);
    }

    /**
     * Fetches a small file; the result is empty if the server no longer has it.
     *
     * @throws IOException if the server cannot be reached
     */
    public byte[] file(String path) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = http.send(request(path).build(), BodyHandlers.ofByteArray());
        return response.statusCode() == 200 ? response.body() : new byte[0];
    }

    /**
     * Uploads a file as a job with that id, streamed from disk.
     *
     * @return the server's response; fails with {@link ApiFailure} if the server refuses, with {@link IOException} if
     *     the connection breaks
     * @throws FileNotFoundException if the file cannot be opened
     */
    public CompletableFuture<JsonObject> upload(String id, Path file, Map<String, String> fields)
            throws FileNotFoundException {
        MultipartUpload upload = new MultipartUpload(fields, file);
        HttpRequest request = request("/api/v1/jobs")
                .timeout(UPLOAD_TIMEOUT)
                .header("Content-Type", upload.contentType())
                .header("Rowhound-Job-Id", id)
                .POST(upload.body())
                .build();
        return http.sendAsync(request, BodyHandlers.ofString()).thenApply(this::json);
    }

    /** Opens a job's event stream after the event with that id, or from the start if it is empty. */
    public HttpResponse<InputStream> events(String id, String lastEventId) throws IOException, InterruptedException {
        HttpRequest.Builder request = request("/api/v1/jobs/" + id + "/events").header("Accept", "text/event-stream");
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        return http.send(request.build(), BodyHandlers.ofInputStream());
    }

    /**
     * Copies a job's results to a stream.
     *
     * @param format {@code csv}, {@code json} or {@code ndjson}
     * @throws ApiFailure if the server refuses
     * @throws BrokenDownloadException if the response ends too early
     * @throws IOException if the server cannot be reached or the stream cannot be written
     */
    public void results(String id, String format, OutputStream target) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = http.send(
                request("/api/v1/jobs/" + id + "/results?format=" + format).build(), BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                throw failure(response, body);
            }
            copy(body, target);
        }
    }

    /** Signals that a response ended too early. */
    public static final class BrokenDownloadException extends IOException {
        private static final long serialVersionUID = 1L;

        BrokenDownloadException(IOException cause) {
            super("the server closed the connection before the last row", cause);
        }
    }

    private static void copy(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        while (true) {
            int length;
            try {
                length = from.read(buffer);
            } catch (IOException e) {
                throw new BrokenDownloadException(e);
            }
            if (length < 0) {
                return;
            }
            to.write(buffer, 0, length);
        }
    }

    /** Creates the failure for an error response. */
    public ApiFailure failure(HttpResponse<?> response, InputStream body) throws IOException {
        return ApiFailure.of(response, new String(body.readAllBytes(), StandardCharsets.UTF_8));
    }

    /** Creates the failure for a server that cannot be reached. */
    public CommandFailure unreachable(@Nullable IOException cause) {
        String why = cause == null || cause.getMessage() == null ? "" : " (" + cause.getMessage() + ")";
        return new CommandFailure("no server responds at " + base + why + "; is it running?");
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(at(path)).timeout(RESPONSE_TIMEOUT);
    }

    private JsonObject post(HttpRequest.Builder request, JsonObject body) throws IOException, InterruptedException {
        request.header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body.encode()));
        return json(http.send(request.build(), BodyHandlers.ofString()));
    }

    /** Encodes a path segment; URLEncoder writes a space as in a form. */
    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private JsonObject json(HttpResponse<String> response) {
        if (response.statusCode() >= 200 && response.statusCode() < 300) {
            try {
                return new JsonObject(response.body());
            } catch (DecodeException e) {
                throw new CommandFailure(response.uri() + " did not respond with JSON; is it a Rowhound server?");
            }
        }
        throw ApiFailure.of(response, response.body());
    }

    private URI at(String path) {
        return URI.create(base + path);
    }
}
