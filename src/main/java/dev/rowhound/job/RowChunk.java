package dev.rowhound.job;

import java.util.List;

/**
 * Consecutive rows that one call appends to the store: at most {@link #MAX_ROWS} rows and about {@link #MAX_BYTES} of
 * text.
 *
 * @param index the chunk's position in its job, from 0
 * @param rows at least one row, numbered without gaps
 */
public record RowChunk(int index, List<Row> rows) {
    public static final int MAX_ROWS = 500;

    /** A chunk ends at this size; a single row may exceed it. */
    public static final int MAX_BYTES = 64 * 1024;

    public RowChunk {
        rows = List.copyOf(rows);
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("a chunk has at least one row");
        }
    }

    /** Returns the number of the first row, from 1. */
    public int firstRow() {
        return rows.get(0).number();
    }
}
