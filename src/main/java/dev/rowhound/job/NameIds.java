package dev.rowhound.job;

import io.vertx.core.json.JsonArray;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Ids that follow from names, the same on every node of a deployment, by HMAC-SHA-256 under its secret. A plain digest
 * would let anyone who guesses a user and a key find the job's address. Safe for use by several threads.
 */
public final class NameIds {
    private static final String ALGORITHM = "HmacSHA256";

    /** A version of UUIDs whose content is anyone's own (RFC 9562, section 5.8). */
    private static final long VERSION_8 = 0x8000L;

    private final SecretKeySpec key;

    /** Ids under that secret, of one byte or more. */
    public NameIds(String secret) {
        this.key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    /** The id of what the parts name together: another one where any part differs, or stands in another place. */
    public String of(Object... parts) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            byte[] name = new JsonArray(Arrays.asList(parts)).encode().getBytes(StandardCharsets.UTF_8);
            ByteBuffer digest = ByteBuffer.wrap(mac.doFinal(name));
            long high = digest.getLong() & ~0xF000L | VERSION_8;
            long low = digest.getLong() & ~(0b11L << 62) | 0b10L << 62;
            return new UUID(high, low).toString();
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
