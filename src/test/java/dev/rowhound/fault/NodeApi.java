package dev.rowhound.fault;

import dev.rowhound.http.Form;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Calls a node as a program would that nobody repeats calls for. */
final class NodeApi {
    static final String JOBS = "/api/v1/jobs";
    private static final int CONNECT_MILLIS = 2000;
    private static final int READ_MILLIS = 20_000;

    private NodeApi() {}

    /** An answer with its whole body. */
    record Answer(int status, String text) {
        JsonObject json() {
            return new JsonObject(text);
        }

        /** The code of an error, empty where there is none. */
        String code() {
            return text.startsWith("{") ? json().getString("code", "") : "";
        }
    }

    static Answer get(URI node, String path) throws IOException {
        return read(open(node, path));
    }

    static Answer post(URI node, String path, Map<String, String> headers) throws IOException {
        return send(node, path, headers, "application/json", new byte[0]);
    }

    /** Uploads a file for the recipe of all sheets. */
    static Answer upload(URI node, String path, String key, byte[] file) throws IOException {
        return upload(node, path, key, "fault", file);
    }

    /** Uploads a file. */
    static Answer upload(URI node, String path, String key, String recipe, byte[] file) throws IOException {
        return send(
                node,
                path,
                Map.of("Idempotency-Key", key),
                Form.CONTENT_TYPE,
                Form.of(recipe).file(file).toBytes());
    }

    private static Answer send(URI node, String path, Map<String, String> headers, String type, byte[] body)
            throws IOException {
        HttpURLConnection connection = open(node, path);
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", type);
        headers.forEach(connection::setRequestProperty);
        // Without a length the JDK would keep the body, and send it again by itself after a lost connection.
        connection.setFixedLengthStreamingMode(body.length);
        connection.getOutputStream().write(body);
        connection.getOutputStream().close();
        return read(connection);
    }

    private static HttpURLConnection open(URI node, String path) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) node.resolve(path).toURL().openConnection();
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(READ_MILLIS);
        connection.setRequestProperty("Connection", "close");
        return connection;
    }

    private static Answer read(HttpURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        if (status < 0) {
            throw new IOException("no answer of HTTP");
        }
        InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream();
        try (InputStream in = body) {
            return new Answer(status, in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
