package dev.rowhound.queue.result;

import java.nio.charset.StandardCharsets;

/** Sizes and constants of the segment format, in bytes. */
final class SegmentLayout {
    static final byte[] MAGIC = "ROWHOUND".getBytes(StandardCharsets.US_ASCII);
    static final int VERSION = 1;
    static final int INDEX_ENTRY_BYTES = 24;
    static final int FOOTER_BYTES = 24 + MAGIC.length;

    /** Maximum entries of a block: a chunk of the input has this many rows, so a page reads one or two blocks. */
    static final int MAX_BLOCK_ENTRIES = 500;

    /** Maximum text of a block, unless a single entry is larger. */
    static final int MAX_BLOCK_BYTES = 1 << 16;

    private SegmentLayout() {}
}
