package dev.rowhound.queue;

/**
 * The exclusive right to work on an item until a deadline, which can be extended.
 *
 * @param job the job's id
 * @param generation the job's generation when the item was claimed
 * @param row the item's row, from 1
 * @param token the secret that identifies the lease
 */
public record Lease(String job, int generation, int row, String token) {}
