package dev.rowhound.queue.result;

import dev.rowhound.artifact.ArtifactDraft;
import dev.rowhound.artifact.ArtifactNames;
import dev.rowhound.artifact.ArtifactStore;
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
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Puts results that are too large for the store's memory into the artifact store, where a pointer in the store names
 * them. Safe for use from any thread.
 */
public final class LargeResults {
    /**
     * A result of more bytes of JSON is an artifact. What recipes extract is some hundred bytes as a rule; a million
     * rows of this size would take 2 GB of the store, and below it a file costs more than it saves.
     */
    static final int INLINE_BYTES = 2048;

    /** No result is larger: a page of results and a segment's block hold some of them in memory. */
    static final int MAX_BYTES = 1 << 20;

    /** An error is a sentence for a person; a longer one is cut, so that only fields make a result large. */
    private static final int MESSAGE_CHARS = 500;

    private static final String POINTER = "{\"artifact\":";

    private final Vertx vertx;
    private final ArtifactStore artifacts;

    /** For that artifact store; it is written to on threads of that Vert.x. */
    public LargeResults(Vertx vertx, ArtifactStore artifacts) {
        this.vertx = vertx;
        this.artifacts = artifacts;
    }

    /** The result as it may be stored: one that is larger than a result may be is a failure of the item. */
    public static ItemResult bounded(ItemResult result) {
        ItemError error = result.error();
        if (error != null && error.message().length() > MESSAGE_CHARS) {
            String cut = error.message().substring(0, MESSAGE_CHARS) + "…";
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

    /** Whether a result's JSON is kept as an artifact. */
    public static boolean large(String json) {
        return bytes(json) > INLINE_BYTES;
    }

    /**
     * What the store keeps for a result: the result, or a pointer to the artifact that it has been made. Repeating it
     * for a lease and a result leaves one file. Where the lease turns out to be lost, nothing names the file, and it
     * goes when the job is compacted.
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
                    try (ArtifactDraft draft = artifacts.write(lease.job(), name)) {
                        draft.write(text);
                        draft.commit();
                    }
                    return new JsonObject()
                            .put("artifact", name)
                            .put("bytes", text.length)
                            .encode();
                },
                false);
    }

    /**
     * Where a result lies that the store has a pointer to.
     *
     * @param name the artifact's name
     * @param bytes how long it is
     */
    record Pointer(String name, int bytes) {
        /** Reads a pointer; null for a result that stands in the store itself. */
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

    /** Differs between leases, so that a later attempt's file is never taken for an earlier one's. */
    private static String mark(String token, byte[] text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(text), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static int bytes(String json) {
        // No character takes more than three bytes, so most results need no encoding to be known as small.
        return json.length() * 3L <= INLINE_BYTES ? json.length() : json.getBytes(StandardCharsets.UTF_8).length;
    }
}
