package dev.rowhound.intake;

import dev.rowhound.intake.IntakeException.Code;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;

/**
 * Decodes a file into characters; no {@link #read} crosses a line end. The CSV parser buffers what it reads, so with
 * one line at a time it never holds more than the current record. That makes the line numbers and the length of the
 * record known.
 *
 * <p>A carriage return without a line feed also ends a line and is read as a line feed. Malformed bytes and NUL are
 * errors when they are reached.
 */
final class LineReader extends Reader {
    /** How many characters {@link #peek} returns at most. */
    static final int PEEK_LENGTH = 16 * 1024;

    private static final int HEAD_BYTES = 4096;

    /** Thrown when the current record exceeds the maximum length. */
    static final class RecordTooLongException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private final InputStream in;
    private final int maxRecordLength;
    private final Charset charset;
    private final CharsetDecoder decoder;
    private final ByteBuffer bytes = ByteBuffer.allocate(8 * 1024);
    private final CharBuffer chars = CharBuffer.allocate(PEEK_LENGTH);
    private final StringBuilder record = new StringBuilder();

    private boolean ended;
    private boolean malformed;
    private int line = 1;
    private int recordLine = 1;

    /**
     * @param maxRecordLength the maximum length of a record in characters
     * @throws IntakeException if the first bytes are those of a binary file format
     */
    LineReader(InputStream in, int maxRecordLength) throws IOException {
        this.in = in;
        this.maxRecordLength = maxRecordLength;
        int length = in.readNBytes(bytes.array(), 0, HEAD_BYTES);
        TextEncoding encoding = TextEncoding.of(bytes.array(), length);
        bytes.position(encoding.markLength()).limit(length);
        charset = encoding.charset();
        decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        chars.flip();
    }

    Charset charset() {
        return charset;
    }

    /** Returns the next characters, up to {@link #PEEK_LENGTH} or the end of the file, without consuming them. */
    CharSequence peek() throws IOException {
        fill(PEEK_LENGTH);
        return chars.asReadOnlyBuffer();
    }

    /** Marks the start of the next record. */
    void beginRecord() {
        record.setLength(0);
        recordLine = line;
    }

    /** Returns what was read of the record, up to a line end, without the blank lines before it. */
    CharSequence record() {
        return record;
    }

    /** Returns the line where the record begins, from 1. */
    int recordLine() {
        return recordLine;
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        if (!chars.hasRemaining() && !fill(1)) {
            if (malformed) {
                throw IntakeException.ofFile(
                        Code.BAD_ENCODING,
                        line,
                        "line " + line + " is not valid " + charset.name()
                                + "; save the file as UTF-8, or as UTF-16 with a byte order mark");
            }
            return -1;
        }
        int count = 0;
        while (count < length && chars.hasRemaining()) {
            char c = chars.get();
            if (c == '\r' && !lineFeedFollows()) {
                c = '\n';
            } else if (c == '\0') {
                throw IntakeException.ofFile(
                        Code.NOT_TEXT,
                        line,
                        "line " + line + " holds a NUL character, so the file is not text, or is UTF-16 without a byte"
                                + " order mark; save it as CSV (UTF-8)");
            }
            target[offset + count++] = c;
            if (c == '\n') {
                line++;
                break;
            }
        }
        keep(target, offset, count);
        return count;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private void keep(char[] read, int offset, int count) throws IOException {
        record.append(read, offset, count);
        if (record.charAt(record.length() - 1) == '\n' && isLineEnd(record)) {
            beginRecord();
        }
        if (record.length() > maxRecordLength) {
            throw new RecordTooLongException();
        }
    }

    private static boolean isLineEnd(CharSequence text) {
        return text.length() == 1 || text.length() == 2 && text.charAt(0) == '\r';
    }

    private boolean lineFeedFollows() throws IOException {
        return (chars.hasRemaining() || fill(1)) && chars.get(chars.position()) == '\n';
    }

    /**
     * Decodes until {@link #chars} holds at least {@code wanted} characters or the file ends. A malformed byte is only
     * recorded, because the characters before it come first.
     *
     * @return whether there is any character
     */
    private boolean fill(int wanted) throws IOException {
        chars.compact();
        while (!malformed && chars.position() < wanted) {
            CoderResult result = decoder.decode(bytes, chars, ended);
            if (result.isError()) {
                malformed = true;
            } else if (result.isOverflow() || ended) {
                break;
            } else if (chars.position() < wanted) {
                // Read only now: waiting for more bytes would delay rows that have arrived.
                readBytes();
            }
        }
        chars.flip();
        return chars.hasRemaining();
    }

    private void readBytes() throws IOException {
        bytes.compact();
        int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
        if (count < 0) {
            ended = true;
        } else {
            bytes.position(bytes.position() + count);
        }
        bytes.flip();
    }
}
