package dev.rowhound.queue.result;

/**
 * A row's result in a segment.
 *
 * @param row the row, from 1
 * @param generation the generation that produced it, from 1
 * @param result the result's JSON, on one line
 */
public record SegmentEntry(int row, int generation, String result) {}
