package dev.rowhound.queue;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Random values for events and tokens. They come from the node, not from Redis, whose script random numbers repeat
 * after each restart.
 */
public final class Nonces {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Nonces() {}

    /** Returns 32 random bits as 8 hexadecimal digits. */
    public static String next() {
        return HexFormat.of().toHexDigits(RANDOM.nextInt());
    }

    /** Returns 128 random bits as 32 hexadecimal digits. */
    public static String secret() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
