package dev.rowhound.intake;

import java.security.SecureRandom;
import java.util.function.ToLongFunction;

/**
 * A 64-bit hash of keys: a polynomial over their bytes at a secret random point, modulo the prime 2^61 − 1, so that
 * nobody can craft a file whose keys all collide. A final mixing step makes every subset of the bits usable.
 */
final class KeyHash implements ToLongFunction<byte[]> {
    private static final long PRIME = (1L << 61) - 1;

    private final long point = new SecureRandom().nextLong(PRIME >>> 1, PRIME);

    @Override
    public long applyAsLong(byte[] key) {
        long hash = 1;
        for (byte b : key) {
            hash = reduced(timesPoint(hash) + (b & 0xFF) + 1);
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }

    private long timesPoint(long factor) {
        long low = factor * point;
        long high = Math.multiplyHigh(factor, point);
        return reduced((low & PRIME) + (low >>> 61 | high << 3));
    }

    private static long reduced(long value) {
        long folded = (value & PRIME) + (value >>> 61);
        return folded >= PRIME ? folded - PRIME : folded;
    }
}
