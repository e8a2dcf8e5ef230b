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
 * Reads a segment block by block; holds its index only. Blocks; not for an event loop. Safe for use from any thread if
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

    /** Where the bytes come from. */
    @FunctionalInterface
    public interface Bytes {
        /** A piece of the file. Fails with {@link EOFException} if the file ends before the piece does. */
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
     * Reads the footer and the index.
     *
     * @param size how many bytes the file has
     * @throws CorruptSegmentException if they are not as they were written
     */
    public static SegmentReader open(Bytes source, long size) throws IOException {
        if (size < SegmentLayout.MAGIC.length + SegmentLayout.FOOTER) {
            throw new CorruptSegmentException("it has " + size + " bytes");
        }
        long end = size - SegmentLayout.FOOTER;
        ByteBuffer footer = ByteBuffer.wrap(source.read(end, SegmentLayout.FOOTER));
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
                || start != end - (long) blocks * SegmentLayout.INDEX_ENTRY
                || start < SegmentLayout.MAGIC.length) {
            throw new CorruptSegmentException("its footer does not fit its length");
        }
        byte[] index = source.read(start, blocks * SegmentLayout.INDEX_ENTRY);
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

    /** How many entries there are. */
    public int entries() {
        return entries;
    }

    /** How many blocks there are. */
    public int blocks() {
        return firstRows.length;
    }

    /** The one block that can hold the row, or -1 where none can. */
    public int blockOf(int row) {
        int place = Arrays.binarySearch(firstRows, row);
        return place >= 0 ? place : -place - 2;
    }

    /**
     * The entries of a block, by row.
     *
     * @param number the block's, from 0
     * @throws CorruptSegmentException if it is not as it was written
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
            // The checksum behind the data is checked when its end is reached.
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
