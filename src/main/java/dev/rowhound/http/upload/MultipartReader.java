package dev.rowhound.http.upload;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes a {@code multipart/form-data} body apart as it arrives (RFC 7578), each part in its place among the others.
 *
 * <p>Vert.x's own reader gives a form's fields only at the end of the body, so that neither a recipe is known when the
 * file begins nor a field behind the file can be told from one before it; and it adds a carriage return to a file whose
 * last chunk is cut between the two characters of the line end that precedes the boundary.
 *
 * <p>Not safe for use by several threads. After a {@link MalformedException} it takes nothing more.
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

    /** Is told what the body holds, in its order. */
    interface Parts {
        /** A part begins; {@code filename} is null for a plain field. */
        void begin(String name, @Nullable String filename);

        /** Some bytes of the part. */
        void data(Buffer bytes);

        /** The part is complete. */
        void end();
    }

    /** The body is not what its content type says; the message is one sentence. */
    static final class MalformedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message, null, false, false);
        }
    }

    private enum Place {
        PREAMBLE,
        BOUNDARY,
        HEADERS,
        PART,
        EPILOGUE
    }

    private final byte[] delimiter;
    private final Parts parts;
    private Place place = Place.PREAMBLE;
    // A delimiter begins with a line end; the first one may stand at the very beginning.
    private byte[] pending = {'\r', '\n'};

    private MultipartReader(String boundary, Parts parts) {
        this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
        this.parts = parts;
    }

    /** A reader for a body of that content type, or null if the type is not {@code multipart/form-data}. */
    static @Nullable MultipartReader of(@Nullable String contentType, Parts parts) {
        Matcher matcher = BOUNDARY.matcher(contentType == null ? "" : contentType);
        if (!matcher.matches()) {
            return null;
        }
        String quoted = matcher.group(1);
        return new MultipartReader(quoted == null ? matcher.group(2) : quoted, parts);
    }

    /**
     * Takes the next bytes of the body and tells the parts what they hold.
     *
     * @throws MalformedException if they cannot be read; whatever the parts throw passes through
     */
    @Override
    public void write(Buffer bytes) {
        byte[] all = new byte[pending.length + bytes.length()];
        System.arraycopy(pending, 0, all, 0, pending.length);
        bytes.getBytes(0, bytes.length(), all, pending.length);
        int from = 0;
        int next = step(all, from);
        while (next > from) {
            from = next;
            next = step(all, from);
        }
        pending = Arrays.copyOfRange(all, from, all.length);
    }

    /**
     * The body has ended.
     *
     * @throws MalformedException if the last boundary has not come
     */
    @Override
    public void end() {
        if (place != Place.EPILOGUE) {
            throw new MalformedException("The form breaks off before its last boundary.");
        }
    }

    /** Reads on from there and returns how far it came; no further if it needs more bytes. */
    private int step(byte[] all, int from) {
        return switch (place) {
            case PREAMBLE, PART -> content(all, from);
            case BOUNDARY -> boundary(all, from);
            case HEADERS -> headers(all, from);
            case EPILOGUE -> all.length;
        };
    }

    private int content(byte[] all, int from) {
        int found = indexOf(all, delimiter, from);
        // The last bytes may be the beginning of a delimiter.
        int until = found >= 0 ? found : Math.max(from, all.length - delimiter.length + 1);
        if (place == Place.PART && until > from) {
            parts.data(Buffer.buffer(until - from).appendBytes(all, from, until - from));
        }
        if (found < 0) {
            return until;
        }
        if (place == Place.PART) {
            parts.end();
        }
        place = Place.BOUNDARY;
        return found + delimiter.length;
    }

    private int boundary(byte[] all, int from) {
        if (all.length - from < 2) {
            return from;
        }
        boolean last = all[from] == '-' && all[from + 1] == '-';
        place = last ? Place.EPILOGUE : Place.HEADERS;
        return last ? from + 2 : headers(all, from);
    }

    private int headers(byte[] all, int from) {
        int end = indexOf(all, HEADERS_END, from);
        if ((end < 0 ? all.length : end) - from > MAX_HEADER_BYTES) {
            throw new MalformedException("The headers of a part are longer than " + MAX_HEADER_BYTES + " bytes.");
        }
        if (end < 0) {
            return from;
        }
        begin(new String(all, from, end - from, StandardCharsets.UTF_8));
        place = Place.PART;
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

    /** Browsers write a quote as {@code %22}, other programs as {@code \"}. */
    private static String unescape(String quoted) {
        return quoted.replace("\\\"", "\"").replace("%22", "\"");
    }

    private static int indexOf(byte[] all, byte[] wanted, int from) {
        int last = all.length - wanted.length;
        for (int i = from; i <= last; i++) {
            if (all[i] == wanted[0] && Arrays.equals(all, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return -1;
    }
}
