package dev.rowhound.queue;

/**
 * The right to work on an item until a deadline, unless renewed.
 *
 * @param job the job's id
 * @param generation the pass over the job's rows that the item was taken in
 * @param row the item's row, from 1
 * @param token the secret that proves the right
 */
public record Lease(String job, int generation, int row, String token) {}
