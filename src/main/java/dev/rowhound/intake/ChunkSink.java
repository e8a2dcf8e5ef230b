package dev.rowhound.intake;

import dev.rowhound.job.RowChunk;

/**
 * Receives the rows of one upload. The reading thread calls both methods; they may block it, which slows the upload
 * down, and their exceptions end the reading.
 */
public interface ChunkSink {
    /**
     * Called once, before the first chunk is accepted and after all of its rows were validated: a fault in them leaves
     * nothing behind.
     */
    void begin(Layout layout) throws Exception;

    void accept(RowChunk chunk) throws Exception;
}
