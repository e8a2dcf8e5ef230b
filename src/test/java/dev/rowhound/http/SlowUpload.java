package dev.rowhound.http;

import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** An upload over a bare socket, sent bit by bit as a test wants it, and perhaps never to its end. */
final class SlowUpload implements AutoCloseable {
    /** How long a silent server is listened to, in milliseconds. */
    private static final int PATIENCE = 30_000;

    private final Socket socket;
    private final OutputStream out;
    private final InputStream in;

    private SlowUpload(URI server) throws IOException {
        socket = new Socket(server.getHost(), server.getPort());
        socket.setSoTimeout(PATIENCE);
        out = socket.getOutputStream();
        in = new BufferedInputStream(socket.getInputStream());
    }

    /**
     * What the server has answered.
     *
     * @param headers by their names in lower case
     */
    record Answer(int status, Map<String, String> headers, JsonObject json) {}

    /** Begins an upload in chunks: the head, the recipe, and the file's first line. */
    static SlowUpload begin(URI server, String recipe, String firstLine, String... headers) throws IOException {
        return open(server, Api.JOBS, headers).send(Form.head(recipe) + firstLine + "\n");
    }

    /** Begins an upload in chunks to that path: the head only. */
    static SlowUpload open(URI server, String path, String... headers) throws IOException {
        SlowUpload upload = new SlowUpload(server);
        upload.head(path, "Transfer-Encoding: chunked", headers);
        return upload;
    }

    /** Begins an upload of so many bytes, and sends none of them. */
    static SlowUpload announce(URI server, long length) throws IOException {
        SlowUpload upload = new SlowUpload(server);
        upload.head(Api.JOBS, "Content-Length: " + length);
        return upload;
    }

    private void head(String path, String framing, String... headers) throws IOException {
        StringBuilder head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: ")
                .append(Form.CONTENT_TYPE)
                .append("\r\n")
                .append(framing)
                .append("\r\n");
        for (int i = 0; i < headers.length; i += 2) {
            head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        write(head.append("\r\n").toString());
    }

    /** Sends more of the file. */
    SlowUpload send(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        write(Integer.toHexString(bytes.length) + "\r\n" + text + "\r\n");
        return this;
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** Sends the end and waits for the answer. */
    Answer finish() throws IOException {
        send("\r\n--" + Form.BOUNDARY + "--\r\n");
        write("0\r\n\r\n");
        return answer();
    }

    /** Waits for the answer. */
    Answer answer() throws IOException {
        String status = line();
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.get("content-length"));
        String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        return new Answer(Integer.parseInt(status.split(" ")[1]), headers, new JsonObject(body));
    }

    /** Whether the server has closed the connection behind its answer; waits for it. */
    boolean closedByServer() throws IOException {
        return in.read() < 0;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the server closed the connection after: " + line);
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** Breaks the connection, whether the upload is whole or not. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
