package dev.rowhound.queue.result;

import dev.rowhound.artifact.ArtifactNames;
import dev.rowhound.artifact.ArtifactStore;
import dev.rowhound.artifact.Sha256;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemError;
import dev.rowhound.job.ItemResult;
import dev.rowhound.queue.Lease;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Stores results that are too large for Redis as artifacts; Redis holds a pointer to each. Thread-safe.
 */
public final class LargeResults {
    /**
     * Larger results are stored as artifacts. Most recipes extract some hundred bytes; a million rows of this size would
     * take 2 GB in Redis, and below it a file costs more than it saves.
     */
    static final int MAX_INLINE_BYTES = 2048;

    /** Maximum size of a result: a page of results and a segment's block hold several in memory. */
    static final int MAX_BYTES = 1 << 20;

    /** Longer error messages are truncated, so that only fields make a result large. */
    private static final int MAX_MESSAGE_CHARS = 500;

    private static final String POINTER = "{\"artifact\":";

    private final Vertx vertx;
    private final ArtifactStore artifacts;

    public LargeResults(Vertx vertx, ArtifactStore artifacts) {
        this.vertx = vertx;
        this.artifacts = artifacts;
    }

    /** Enforces the size limits: a result that is too large becomes a failure. */
    public static ItemResult bounded(ItemResult result) {
        ItemError error = result.error();
        if (error != null && error.message().length() > MAX_MESSAGE_CHARS) {
            String cut = error.message().substring(0, MAX_MESSAGE_CHARS) + "…";
            return new ItemResult(
                    result.state(), result.fields(), new ItemError(error.code(), cut, error.step()), result.visit());
        }
        int bytes = bytes(result.fields().encode());
        return bytes <= MAX_BYTES
                ? result
                : ItemResult.failed(
                        ErrorCode.TOO_LARGE,
                        "The fields hold " + bytes + " bytes of JSON; a result may have " + MAX_BYTES,
                        "extract");
    }

    /** Returns whether a result's JSON is stored as an artifact. */
    public static boolean large(String json) {
        return bytes(json) > MAX_INLINE_BYTES;
    }

    /**
     * Stores a large result as an artifact, and returns what to store in Redis: the result or a pointer. Repeating it
     * for a lease and a result leaves one file. If the lease turns out to be lost, nothing refers to the file, and it
     * is deleted after the job is compacted.
     *
     * @param json the result
     */
    public Future<String> place(Lease lease, String json) {
        if (!large(json)) {
            return Future.succeededFuture(json);
        }
        byte[] text = json.getBytes(StandardCharsets.UTF_8);
        String name = ArtifactNames.result(lease.row(), mark(lease.token(), text));
        return vertx.executeBlocking(
                () -> {
                    artifacts.write(lease.job(), name, text);
                    return new JsonObject()
                            .put("artifact", name)
                            .put("bytes", text.length)
                            .encode();
                },
                false);
    }

    /**
     * A pointer to a result that is stored as an artifact.
     *
     * @param name the artifact's name
     * @param bytes its size
     */
    record Pointer(String name, int bytes) {
        /** Parses a pointer; returns null for a result that is stored in Redis itself. */
        static @Nullable Pointer of(String stored) {
            if (!stored.startsWith(POINTER)) {
                return null;
            }
            JsonObject json = new JsonObject(stored);
            return new Pointer(json.getString("artifact"), json.getInteger("bytes"));
        }

        /** Reads the result. Blocks. */
        String read(ArtifactStore artifacts, String job) throws IOException {
            return new String(artifacts.read(job, name, 0, bytes), StandardCharsets.UTF_8);
        }
    }

    /** Differs between leases, so that the files of two attempts are never confused. */
    private static String mark(String token, byte[] text) {
        MessageDigest digest = Sha256.begin();
        digest.update(token.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest.digest(text), 0, 8);
    }

    private static int bytes(String json) {
        // A character takes at most three bytes, so most results are known to be small without encoding them.
        return json.length() * 3L <= MAX_INLINE_BYTES ? json.length() : json.getBytes(StandardCharsets.UTF_8).length;
    }
}
