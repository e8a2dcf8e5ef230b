package dev.rowhound.queue.result;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads a segment block by block, with only its index in memory. Blocks: do not use it on an event loop. Thread-safe if
 * its source is.
 */
public final class SegmentReader {
    private final Bytes source;
    private final int entries;
    private final int[] firstRows;
    private final int[] counts;
    private final long[] offsets;
    private final int[] lengths;
    private final int[] textLengths;

    /** Reads parts of the file. */
    @FunctionalInterface
    public interface Bytes {
        /** Reads a part. Fails with {@link EOFException} if the file ends before the part does. */
        byte[] read(long offset, int length) throws IOException;
    }

    private SegmentReader(Bytes source, int entries, int blocks) {
        this.source = source;
        this.entries = entries;
        this.firstRows = new int[blocks];
        this.counts = new int[blocks];
        this.offsets = new long[blocks];
        this.lengths = new int[blocks];
        this.textLengths = new int[blocks];
    }

    /**
     * Reads footer and index.
     *
     * @param size the file's size in bytes
     * @throws CorruptSegmentException if they are invalid
     */
    public static SegmentReader open(Bytes source, long size) throws IOException {
        if (size < SegmentLayout.MAGIC.length + SegmentLayout.FOOTER_BYTES) {
            throw new CorruptSegmentException("it has " + size + " bytes");
        }
        long end = size - SegmentLayout.FOOTER_BYTES;
        ByteBuffer footer = ByteBuffer.wrap(source.read(end, SegmentLayout.FOOTER_BYTES));
        long start = footer.getLong();
        int blocks = footer.getInt();
        int entries = footer.getInt();
        int crc = footer.getInt();
        int version = footer.getInt();
        byte[] magic = new byte[SegmentLayout.MAGIC.length];
        footer.get(magic);
        if (!Arrays.equals(magic, SegmentLayout.MAGIC)) {
            throw new CorruptSegmentException("it does not end as a segment does");
        }
        if (version != SegmentLayout.VERSION) {
            throw new CorruptSegmentException(
                    "its version is " + version + ", and " + SegmentLayout.VERSION + " is known here");
        }
        if (blocks < 0
                || entries < 0
                || start != end - (long) blocks * SegmentLayout.INDEX_ENTRY_BYTES
                || start < SegmentLayout.MAGIC.length) {
            throw new CorruptSegmentException("its footer does not fit its length");
        }
        byte[] index = source.read(start, blocks * SegmentLayout.INDEX_ENTRY_BYTES);
        CRC32 sum = new CRC32();
        sum.update(index);
        if ((int) sum.getValue() != crc) {
            throw new CorruptSegmentException("the index's checksum is another");
        }
        SegmentReader reader = new SegmentReader(source, entries, blocks);
        reader.readIndex(ByteBuffer.wrap(index));
        return reader;
    }

    private void readIndex(ByteBuffer index) throws CorruptSegmentException {
        long sum = 0;
        for (int i = 0; i < firstRows.length; i++) {
            firstRows[i] = index.getInt();
            counts[i] = index.getInt();
            offsets[i] = index.getLong();
            lengths[i] = index.getInt();
            textLengths[i] = index.getInt();
            sum += counts[i];
        }
        if (sum != entries) {
            throw new CorruptSegmentException("its footer and its index count other entries");
        }
    }

    public int entries() {
        return entries;
    }

    public int blocks() {
        return firstRows.length;
    }

    /** Returns the only block that can hold the row, or -1 if none can. */
    public int blockOf(int row) {
        int place = Arrays.binarySearch(firstRows, row);
        return place >= 0 ? place : -place - 2;
    }

    /**
     * Returns the entries of a block, by row.
     *
     * @param number the block's number, from 0
     * @throws CorruptSegmentException if the block is invalid
     */
    public List<SegmentEntry> block(int number) throws IOException {
        List<SegmentEntry> list = new ArrayList<>(counts[number]);
        byte[] text = inflate(number);
        int start = 0;
        for (int i = 0; i < text.length; i++) {
            if (text[i] == '\n') {
                list.add(entry(new String(text, start, i - start, StandardCharsets.UTF_8)));
                start = i + 1;
            }
        }
        if (list.size() != counts[number] || start != text.length || list.get(0).row() != firstRows[number]) {
            throw new CorruptSegmentException("block " + number + " does not hold what the index says");
        }
        return list;
    }

    private static SegmentEntry entry(String line) throws CorruptSegmentException {
        int first = line.indexOf(',');
        int second = line.indexOf(',', first + 1);
        if (second < 0 || !line.startsWith("[") || !line.endsWith("]")) {
            throw new CorruptSegmentException("a line is no entry");
        }
        try {
            return new SegmentEntry(
                    Integer.parseInt(line, 1, first, 10),
                    Integer.parseInt(line, first + 1, second, 10),
                    line.substring(second + 1, line.length() - 1));
        } catch (NumberFormatException e) {
            throw new CorruptSegmentException("a line is no entry");
        }
    }

    private byte[] inflate(int number) throws IOException {
        byte[] deflated;
        try {
            deflated = source.read(offsets[number], lengths[number]);
        } catch (EOFException e) {
            throw new CorruptSegmentException("it ends within block " + number);
        }
        byte[] text = new byte[textLengths[number]];
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(deflated);
            int length = 0;
            while (length < text.length) {
                int n = inflater.inflate(text, length, text.length - length);
                if (n == 0) {
                    break;
                }
                length += n;
            }
            // The inflater verifies the trailing checksum only when it reaches the end of the data.
            if (length < text.length || inflater.inflate(new byte[1]) != 0 || !inflater.finished()) {
                throw new CorruptSegmentException("block " + number + " has another length than the index says");
            }
            return text;
        } catch (DataFormatException e) {
            throw new CorruptSegmentException("block " + number + " cannot be inflated: " + e.getMessage());
        } finally {
            inflater.end();
        }
    }
}
