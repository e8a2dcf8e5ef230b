package dev.rowhound.queue.result;

import java.nio.charset.StandardCharsets;

/** The sizes and marks of the file, in bytes. */
final class SegmentLayout {
    static final byte[] MAGIC = "ROWHOUND".getBytes(StandardCharsets.US_ASCII);
    static final int VERSION = 1;
    static final int INDEX_ENTRY = 24;
    static final int FOOTER = 24 + MAGIC.length;

    /** A block ends with this many entries, the rows of a chunk of the input, so that a page reads one or two. */
    static final int BLOCK_ENTRIES = 500;

    /** A block ends before it has more text than this, unless one entry alone has. */
    static final int BLOCK_TEXT = 1 << 16;

    private SegmentLayout() {}
}
