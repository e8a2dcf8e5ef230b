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
 * The characters of a file, of which no {@link #read} goes past the end of a line. The parser that reads them buffers
 * what it gets; given one line at a time, it never holds more than the record that it is asked for, so that it is known
 * which lines that record stands on, and how long it is.
 *
 * <p>A carriage return that no line feed follows ends a line, too, and is read as a line feed. Bytes that are not of
 * the encoding, and NUL, are faults once they are reached.
 */
final class LineReader extends Reader {
    /** How many characters {@link #peek} shows at most. */
    static final int PEEK_LENGTH = 16 * 1024;

    private static final int HEAD_BYTES = 4096;

    /** The record being read is longer than allowed. */
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
     * Begins to read.
     *
     * @param maxRecordLength how many characters a record has at most
     * @throws IntakeException if the first bytes are those of a kind of file that is no text
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

    /** The encoding of the characters. */
    Charset charset() {
        return charset;
    }

    /** The next characters, up to {@link #PEEK_LENGTH} or the end of the file, without reading them. */
    CharSequence peek() throws IOException {
        fill(PEEK_LENGTH);
        return chars.asReadOnlyBuffer();
    }

    /** Says that what is read from here on belongs to the next record. */
    void beginRecord() {
        record.setLength(0);
        recordLine = line;
    }

    /** What was read of the record, up to the end of a line; without the empty lines before it. */
    CharSequence record() {
        return record;
    }

    /** The line on which the record begins, from 1. */
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
                        "line " + line + " holds a NUL character, so the file is no text, or is UTF-16 without a byte"
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
     * Decodes until {@link #chars} holds at least that many characters, as far as the file has them. A fault of the
     * encoding is only noted, for the characters before it come first.
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
                // Only then: to wait for more would hold back rows that are here.
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
