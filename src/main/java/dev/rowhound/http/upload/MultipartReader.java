package dev.rowhound.http.upload;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Incremental parser for {@code multipart/form-data} bodies (RFC 7578) that reports parts in the order of arrival.
 *
 * <p>Vert.x's own parser reports a form's fields only at the end of the body. The recipe would then be unknown when the
 * file begins, and fields after the file could not be distinguished from fields before it. It also appends a carriage
 * return to a file if a chunk ends between the two characters of the line end before the boundary.
 *
 * <p>Not thread-safe. Must not be used after it has thrown a {@link MalformedException}.
 */
final class MultipartReader implements UploadSession.BodyReader {
    private static final int MAX_HEADER_BYTES = 8 * 1024;
    private static final byte[] HEADERS_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final Pattern BOUNDARY = Pattern.compile(
            "multipart/form-data\\s*;(?:.*;)?\\s*boundary=(?:\"([^\"]{1,70})\"|([^\\s;\"]{1,70}))\\s*(?:;.*)?",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern DISPOSITION =
            Pattern.compile("^content-disposition:\\s*form-data\\b(.*)$", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
    private static final Pattern PARAMETER = Pattern.compile(
            ";\\s*(name|filename)=(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s;\"]+))", Pattern.CASE_INSENSITIVE);

    /** Receives the parts of a body in order. */
    interface Parts {
        /** Begins a part; {@code filename} is null for a plain field. */
        void begin(String name, @Nullable String filename);

        /** Receives bytes of the current part. */
        void data(Buffer bytes);

        /** Ends the current part. */
        void end();
    }

    /** Signals an invalid form; the message is one sentence. */
    static final class MalformedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message, null, false, false);
        }
    }

    private enum State {
        PREAMBLE,
        BOUNDARY,
        HEADERS,
        PART,
        EPILOGUE
    }

    private final byte[] delimiter;
    private final Parts parts;
    private State state = State.PREAMBLE;
    // Each delimiter starts with a line end; this one stands for the line end that the first delimiter may omit.
    private byte[] pending = {'\r', '\n'};

    private MultipartReader(String boundary, Parts parts) {
        this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
        this.parts = parts;
    }

    /** Creates a parser, or returns null if the content type is not {@code multipart/form-data}. */
    static @Nullable MultipartReader of(@Nullable String contentType, Parts parts) {
        Matcher matcher = BOUNDARY.matcher(contentType == null ? "" : contentType);
        if (!matcher.matches()) {
            return null;
        }
        String quoted = matcher.group(1);
        return new MultipartReader(quoted == null ? matcher.group(2) : quoted, parts);
    }

    /**
     * Parses the next bytes of the body. Exceptions from {@link Parts} pass through.
     *
     * @throws MalformedException if the form is invalid
     */
    @Override
    public void write(Buffer bytes) {
        byte[] input = new byte[pending.length + bytes.length()];
        System.arraycopy(pending, 0, input, 0, pending.length);
        bytes.getBytes(0, bytes.length(), input, pending.length);
        int from = 0;
        int next = step(input, from);
        while (next > from) {
            from = next;
            next = step(input, from);
        }
        pending = Arrays.copyOfRange(input, from, input.length);
    }

    /**
     * Ends the body.
     *
     * @throws MalformedException if the last boundary is missing
     */
    @Override
    public void end() {
        if (state != State.EPILOGUE) {
            throw new MalformedException("The form ends before its last boundary.");
        }
    }

    /** Parses one element and returns the next position; {@code from} if it needs more bytes. */
    private int step(byte[] input, int from) {
        return switch (state) {
            case PREAMBLE, PART -> content(input, from);
            case BOUNDARY -> boundary(input, from);
            case HEADERS -> headers(input, from);
            case EPILOGUE -> input.length;
        };
    }

    private int content(byte[] input, int from) {
        int found = indexOf(input, delimiter, from);
        // The last bytes may be the start of a delimiter.
        int until = found >= 0 ? found : Math.max(from, input.length - delimiter.length + 1);
        if (state == State.PART && until > from) {
            parts.data(Buffer.buffer(until - from).appendBytes(input, from, until - from));
        }
        if (found < 0) {
            return until;
        }
        if (state == State.PART) {
            parts.end();
        }
        state = State.BOUNDARY;
        return found + delimiter.length;
    }

    private int boundary(byte[] input, int from) {
        if (input.length - from < 2) {
            return from;
        }
        boolean last = input[from] == '-' && input[from + 1] == '-';
        state = last ? State.EPILOGUE : State.HEADERS;
        return last ? from + 2 : headers(input, from);
    }

    private int headers(byte[] input, int from) {
        int end = indexOf(input, HEADERS_END, from);
        if ((end < 0 ? input.length : end) - from > MAX_HEADER_BYTES) {
            throw new MalformedException("The headers of a part are longer than " + MAX_HEADER_BYTES + " bytes.");
        }
        if (end < 0) {
            return from;
        }
        begin(new String(input, from, end - from, StandardCharsets.UTF_8));
        state = State.PART;
        return end + HEADERS_END.length;
    }

    private void begin(String headers) {
        Matcher disposition = DISPOSITION.matcher(headers);
        String name = null;
        String filename = null;
        if (disposition.find()) {
            Matcher parameter = PARAMETER.matcher(disposition.group(1));
            while (parameter.find()) {
                String quoted = parameter.group(2);
                String value = quoted == null ? parameter.group(3) : unescape(quoted);
                if (parameter.group(1).equalsIgnoreCase("name")) {
                    name = value;
                } else {
                    filename = value;
                }
            }
        }
        if (name == null) {
            throw new MalformedException("A part of the form has no name.");
        }
        parts.begin(name, filename);
    }

    /** Browsers encode a quote as {@code %22}, other clients as {@code \"}. */
    private static String unescape(String quoted) {
        return quoted.replace("\\\"", "\"").replace("%22", "\"");
    }

    private static int indexOf(byte[] input, byte[] pattern, int from) {
        int last = input.length - pattern.length;
        for (int i = from; i <= last; i++) {
            if (input[i] == pattern[0] && Arrays.equals(input, i, i + pattern.length, pattern, 0, pattern.length)) {
                return i;
            }
        }
        return -1;
    }
}
