package dev.rowhound.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A {@code multipart/form-data} body, its parts in the order in which they are added. */
public final class Form {
    public static final String BOUNDARY = "----rowhound-test-4a1f";
    public static final String CONTENT_TYPE = "multipart/form-data; boundary=" + BOUNDARY;
    private static final String LINE_END = "\r\n";

    /** What comes behind the last part. */
    public static final String END = LINE_END + "--" + BOUNDARY + "--" + LINE_END;

    private final List<InputStream> pieces = new ArrayList<>();
    private String end = END;

    /** A form with that recipe. */
    public static Form of(String recipe) {
        return new Form().field("recipe", recipe);
    }

    public Form field(String name, String value) {
        return text(fieldText(name, value));
    }

    public Form file(String content) {
        return file(content.getBytes(StandardCharsets.UTF_8));
    }

    public Form file(byte[] content) {
        return file(new ByteArrayInputStream(content));
    }

    public Form file(InputStream content) {
        text(fileHead());
        pieces.add(content);
        return this;
    }

    /** A part that is none. */
    Form nameless() {
        return text(partHead("filename=x") + "x");
    }

    /** The form breaks off behind its last part. */
    public Form cut() {
        end = "";
        return this;
    }

    /** What comes before the file's bytes. */
    static String fileHead() {
        return partHead("name=\"file\"; filename=\"Danh sách.csv\"");
    }

    /** A part with that field. */
    static String fieldText(String name, String value) {
        return partHead("name=\"" + name + "\"") + value;
    }

    private static String partHead(String parameters) {
        return LINE_END + "--" + BOUNDARY + LINE_END + "Content-Disposition: form-data; " + parameters + LINE_END
                + LINE_END;
    }

    private Form text(String text) {
        pieces.add(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    /** All parts, and the end. Can be read once. */
    public InputStream bytes() {
        text(end);
        return new SequenceInputStream(Collections.enumeration(pieces));
    }

    /** The same as bytes, whose number is known. */
    public byte[] toBytes() throws IOException {
        return bytes().readAllBytes();
    }

    /** A form with that recipe up to the first byte of its file, which {@link #END} follows. */
    public static String head(String recipe) {
        return fieldText("recipe", recipe) + fileHead();
    }

    public BodyPublisher publisher() {
        InputStream all = bytes();
        return BodyPublishers.ofInputStream(() -> all);
    }
}
