package dev.rowhound.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.InputStream;
import java.util.function.IntFunction;

/** A file of lines that are made as they are read. */
final class GeneratedLines extends InputStream {
    private final int lines;
    private final IntFunction<String> line;
    private byte[] current = new byte[0];
    private int position;
    private int made;
    private long bytesRead;

    /** The lines 0 to {@code lines - 1}; each brings its line end along. */
    GeneratedLines(int lines, IntFunction<String> line) {
        this.lines = lines;
        this.line = line;
    }

    /** How many bytes were asked for so far. */
    long bytesRead() {
        return bytesRead;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        while (position == current.length) {
            if (made == lines) {
                return -1;
            }
            current = line.apply(made++).getBytes(UTF_8);
            position = 0;
        }
        int count = Math.min(length, current.length - position);
        System.arraycopy(current, position, target, offset, count);
        position += count;
        bytesRead += count;
        return count;
    }
}
