package dev.rowhound.queue.result;

/**
 * One row's result.
 *
 * @param row the row, from 1
 * @param generation the pass over the rows that it came out of, from 1
 * @param result the result's JSON, on one line
 */
public record SegmentEntry(int row, int generation, String result) {}
