package dev.rowhound.intake;

import dev.rowhound.job.RowChunk;

/**
 * Takes the rows of one upload. Both methods are called on the thread that reads and may block it, which slows the
 * upload down; what they throw ends the reading.
 */
public interface ChunkSink {
    /**
     * Called once, just before the first chunk is accepted, hence after all of its rows were found good: a fault in
     * them leaves nothing behind.
     */
    void begin(Layout layout) throws Exception;

    /** Takes the next chunk. */
    void accept(RowChunk chunk) throws Exception;
}
