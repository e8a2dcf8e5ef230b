package dev.rowhound.queue.result;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes a segment, with one block and the index in memory. Not thread-safe. */
public final class SegmentWriter implements Closeable {
    private final OutputStream out;
    private final Deflater deflater = new Deflater();
    private final ByteArrayOutputStream block = new ByteArrayOutputStream();
    private final ByteArrayOutputStream indexBytes = new ByteArrayOutputStream();
    private final DataOutputStream index = new DataOutputStream(indexBytes);
    private final byte[] buffer = new byte[1 << 13];
    private long offset;
    private int blocks;
    private int entries;
    private int blockFirst;
    private int blockEntries;
    private int last;

    /** Starts a segment; the caller closes the stream. */
    public SegmentWriter(OutputStream out) throws IOException {
        this.out = out;
        out.write(SegmentLayout.MAGIC);
        offset = SegmentLayout.MAGIC.length;
    }

    /**
     * Adds an entry.
     *
     * @throws IllegalArgumentException if rows are out of order, or the result is not on one line
     */
    public void add(SegmentEntry entry) throws IOException {
        if (entry.row() <= last) {
            throw new IllegalArgumentException("row " + entry.row() + " comes after row " + last);
        }
        if (entry.result().indexOf('\n') >= 0) {
            throw new IllegalArgumentException("the result of row " + entry.row() + " is not on one line");
        }
        byte[] line = ("[" + entry.row() + "," + entry.generation() + "," + entry.result() + "]\n")
                .getBytes(StandardCharsets.UTF_8);
        if (blockEntries == SegmentLayout.MAX_BLOCK_ENTRIES
                || (blockEntries > 0 && block.size() + line.length > SegmentLayout.MAX_BLOCK_BYTES)) {
            endBlock();
        }
        if (blockEntries == 0) {
            blockFirst = entry.row();
        }
        block.write(line);
        blockEntries++;
        last = entry.row();
    }

    /** Writes the last block, the index and the footer. No entry may be added after that. */
    public void finish() throws IOException {
        endBlock();
        byte[] list = indexBytes.toByteArray();
        CRC32 crc = new CRC32();
        crc.update(list);
        out.write(list);
        DataOutputStream footer = new DataOutputStream(out);
        footer.writeLong(offset);
        footer.writeInt(blocks);
        footer.writeInt(entries);
        footer.writeInt((int) crc.getValue());
        footer.writeInt(SegmentLayout.VERSION);
        footer.write(SegmentLayout.MAGIC);
        footer.flush();
    }

    public int entries() {
        return entries + blockEntries;
    }

    /** Frees the deflater's native memory. */
    @Override
    public void close() {
        deflater.end();
    }

    private void endBlock() throws IOException {
        if (blockEntries == 0) {
            return;
        }
        deflater.reset();
        deflater.setInput(block.toByteArray());
        deflater.finish();
        int length = 0;
        while (!deflater.finished()) {
            int n = deflater.deflate(buffer);
            out.write(buffer, 0, n);
            length += n;
        }
        index.writeInt(blockFirst);
        index.writeInt(blockEntries);
        index.writeLong(offset);
        index.writeInt(length);
        index.writeInt(block.size());
        offset += length;
        blocks++;
        entries += blockEntries;
        blockEntries = 0;
        block.reset();
    }
}
