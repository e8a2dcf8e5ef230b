package dev.rowhound.cli.client;

import java.io.FileNotFoundException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;

/** A {@code multipart/form-data} body: form fields, then one file that is streamed from disk. */
final class MultipartUpload {
    private final String boundary = "rowhound-" + UUID.randomUUID();
    private final BodyPublisher body;

    /**
     * @param fields the form fields, sent in the map's order
     * @param file the file, sent as the part {@code file} under its own name
     * @throws FileNotFoundException if the file cannot be opened
     */
    MultipartUpload(Map<String, String> fields, Path file) throws FileNotFoundException {
        StringBuilder head = new StringBuilder();
        fields.forEach((name, value) -> head.append("--")
                .append(boundary)
                .append("\r\n")
                .append("Content-Disposition: form-data; name=\"")
                .append(quoted(name))
                .append("\"\r\n\r\n")
                .append(value)
                .append("\r\n"));
        head.append("--")
                .append(boundary)
                .append("\r\n")
                .append("Content-Disposition: form-data; name=\"file\"; filename=\"")
                .append(quoted(String.valueOf(file.getFileName())))
                .append("\"\r\n")
                .append("Content-Type: text/csv\r\n\r\n");
        body = BodyPublishers.concat(
                BodyPublishers.ofString(head.toString(), StandardCharsets.UTF_8),
                BodyPublishers.ofFile(file),
                BodyPublishers.ofString("\r\n--" + boundary + "--\r\n", StandardCharsets.UTF_8));
    }

    String contentType() {
        return "multipart/form-data; boundary=" + boundary;
    }

    /** Returns the body, whose length is known. */
    BodyPublisher body() {
        return body;
    }

    /** Escapes a name as browsers do (WHATWG HTML, "multipart/form-data encoding algorithm"). */
    private static String quoted(String name) {
        return name.replace("\r", "%0D").replace("\n", "%0A").replace("\"", "%22");
    }
}
