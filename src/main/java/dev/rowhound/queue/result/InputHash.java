package dev.rowhound.queue.result;

import dev.rowhound.artifact.Sha256;
import dev.rowhound.job.Row;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/** A digest of a row that its result carries, so that a result stored under another row is detected. */
public final class InputHash {
    private static final int BYTES = 8;

    private InputHash() {}

    /**
     * Returns the first 16 hexadecimal digits of a SHA-256 over the row's key and its values in input order, each as
     * UTF-8 with a four-byte length prefix.
     */
    public static String of(Row row) {
        MessageDigest digest = Sha256.begin();
        add(digest, row.key());
        row.values().forEach(value -> add(digest, value));
        return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
    }

    private static void add(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            digest.update((byte) (bytes.length >>> shift));
        }
        digest.update(bytes);
    }
}
