package dev.rowhound.http;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A {@code multipart/form-data} body, its parts in the order in which they are added. */
final class Form {
    static final String BOUNDARY = "----rowhound-test-4a1f";
    static final String CONTENT_TYPE = "multipart/form-data; boundary=" + BOUNDARY;
    private static final String LINE_END = "\r\n";

    private final List<InputStream> pieces = new ArrayList<>();
    private String end = LINE_END + "--" + BOUNDARY + "--" + LINE_END;

    /** A form with that recipe. */
    static Form of(String recipe) {
        return new Form().field("recipe", recipe);
    }

    Form field(String name, String value) {
        return text(head("name=\"" + name + "\"") + value);
    }

    Form file(String content) {
        return file(content.getBytes(StandardCharsets.UTF_8));
    }

    Form file(byte[] content) {
        return file(new ByteArrayInputStream(content));
    }

    Form file(InputStream content) {
        text(fileHead());
        pieces.add(content);
        return this;
    }

    /** A part that is none. */
    Form nameless() {
        return text(head("filename=x") + "x");
    }

    /** The form breaks off behind its last part. */
    Form cut() {
        end = "";
        return this;
    }

    /** What comes before the file's bytes. */
    static String fileHead() {
        return head("name=\"file\"; filename=\"Danh sách.csv\"");
    }

    private static String head(String parameters) {
        return LINE_END + "--" + BOUNDARY + LINE_END + "Content-Disposition: form-data; " + parameters + LINE_END
                + LINE_END;
    }

    private Form text(String text) {
        pieces.add(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    /** All parts, and the end. Can be read once. */
    InputStream bytes() {
        text(end);
        return new SequenceInputStream(Collections.enumeration(pieces));
    }

    BodyPublisher publisher() {
        InputStream all = bytes();
        return BodyPublishers.ofInputStream(() -> all);
    }
}
