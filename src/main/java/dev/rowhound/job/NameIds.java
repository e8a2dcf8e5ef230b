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
 * Derives ids from names by HMAC-SHA-256 under the deployment's secret, so that all nodes derive the same id. With a
 * plain digest, anyone who guesses a user and a key could compute the job's URL. Thread-safe.
 */
public final class NameIds {
    private static final String ALGORITHM = "HmacSHA256";

    /** UUID version 8, for custom formats (RFC 9562, section 5.8). */
    private static final long VERSION_8 = 0x8000L;

    private final SecretKeySpec key;

    /** @param secret at least one byte */
    public NameIds(String secret) {
        this.key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    /** Returns the id of the parts; it depends on each part and on their order. */
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
