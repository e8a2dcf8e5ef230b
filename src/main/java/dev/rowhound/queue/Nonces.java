package dev.rowhound.queue;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Random marks for events and tokens. They are made here and not in Redis, because the random numbers of its scripts
 * repeat after each restart.
 */
public final class Nonces {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Nonces() {}

    /** 32 random bits as 8 hexadecimal digits. */
    public static String next() {
        return HexFormat.of().toHexDigits(RANDOM.nextInt());
    }

    /** 128 random bits as 32 hexadecimal digits. */
    public static String secret() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
