package dev.rowhound.http;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A request written byte by byte, for what no client sends. */
final class RawRequest {
    /** How long a silent server is listened to, in milliseconds. */
    private static final int PATIENCE = 20_000;

    private RawRequest() {}

    /**
     * All that came until the server closed the connection.
     *
     * @param head the first answer's, in lower case
     */
    record Answer(String text, List<String> head) {
        int status() {
            return Integer.parseInt(text.split(" ", 3)[1]);
        }

        String header(String name) {
            String start = name.toLowerCase(Locale.ROOT) + ": ";
            return head.stream()
                    .filter(line -> line.startsWith(start))
                    .map(line -> line.substring(start.length()))
                    .findFirst()
                    .orElse(null);
        }

        /** How many answers came. */
        int count() {
            return text.split("HTTP/1\\.[01] \\d{3} ", -1).length - 1;
        }
    }

    /** Sends those lines with a blank one behind them, then the body, and reads to the connection's end. */
    static Answer send(URI server, String body, String... lines) throws IOException {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(PATIENCE);
            String head = String.join("\r\n", lines) + "\r\n\r\n";
            socket.getOutputStream().write((head + body).getBytes(StandardCharsets.ISO_8859_1));
            String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String[] first =
                    text.split("\r\n\r\n", 2)[0].toLowerCase(Locale.ROOT).split("\r\n");
            return new Answer(text, Arrays.asList(first));
        }
    }

    /** The status of what a server answers that keeps the connection. */
    static int status(URI server, String... lines) throws IOException {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(PATIENCE);
            String head = String.join("\r\n", lines) + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            byte[] start = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
            return Integer.parseInt(new String(start, StandardCharsets.US_ASCII).split(" ")[1]);
        }
    }

    /** Asks for a path with those headers, and for the connection's end. */
    static Answer get(URI server, String path, String... headers) throws IOException {
        return ask(server, "GET", path, headers);
    }

    /** Sends a request without a body, and asks for the connection's end. */
    static Answer ask(URI server, String method, String path, String... headers) throws IOException {
        String[] lines = new String[headers.length + 2];
        lines[0] = method + " " + path + " HTTP/1.1";
        System.arraycopy(headers, 0, lines, 1, headers.length);
        lines[lines.length - 1] = "Connection: close";
        return send(server, "", lines);
    }
}
