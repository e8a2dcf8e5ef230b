package dev.rowhound.job;

import java.util.List;

/**
 * Consecutive rows that go into the store in one step: at most {@link #MAX_ROWS}, at most about
 * {@link #MAX_BYTES} of text.
 *
 * @param index the chunk's place in its job, from 0
 * @param rows the rows, at least one, numbered without a gap
 */
public record RowChunk(int index, List<Row> rows) {
    /** How many rows a chunk holds at most. */
    public static final int MAX_ROWS = 500;

    /** How much text ends a chunk, in bytes; a single row may be longer. */
    public static final int MAX_BYTES = 64 * 1024;

    public RowChunk {
        rows = List.copyOf(rows);
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("a chunk has at least one row");
        }
    }

    /** The number of the chunk's first row, from 1. */
    public int firstRow() {
        return rows.get(0).number();
    }
}
