package dev.rowhound.queue.result;

import dev.rowhound.artifact.ArtifactDraft;
import dev.rowhound.artifact.ArtifactNames;
import dev.rowhound.artifact.ArtifactStore;
import dev.rowhound.job.Evidence;
import dev.rowhound.queue.Lease;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What attempts leave behind for a person to look at, as files of the job. A file's name tells row, attempt and what it
 * is, and nothing of the node that wrote it. All methods block, but for those that only make words; not for an event
 * loop.
 */
public final class EvidenceFiles {
    private final ArtifactStore artifacts;
    private final Addresses links;

    /** Says where a file of a row can be fetched. */
    @FunctionalInterface
    public interface Addresses {
        /** The address of the file of that name. */
        String of(String job, int row, String name);
    }

    /** In that artifact store; events tell those addresses. */
    public EvidenceFiles(ArtifactStore artifacts, Addresses links) {
        this.artifacts = artifacts;
        this.links = links;
    }

    /**
     * A file that was kept.
     *
     * @param name as its attempt named it
     * @param mediaType its type
     * @param bytes how long it is
     * @param mark tells the attempt's files from those of others
     * @param url where it can be fetched; empty for one that was read from the store
     */
    public record Kept(String name, String mediaType, long bytes, String mark, String url) {
        /** Those that a stored result names. */
        static List<Kept> list(@Nullable JsonArray stored) {
            return stored == null
                    ? List.of()
                    : IntStream.range(0, stored.size())
                            .mapToObj(stored::getJsonObject)
                            .map(file -> new Kept(
                                    file.getString("name"),
                                    file.getString("type"),
                                    file.getLong("bytes"),
                                    file.getString("mark"),
                                    ""))
                            .toList();
        }

        JsonObject stored() {
            return new JsonObject()
                    .put("name", name)
                    .put("type", mediaType)
                    .put("bytes", bytes)
                    .put("mark", mark);
        }

        /** The wire form, with the address that the file can be fetched from. */
        public JsonObject toJson(String address) {
            return new JsonObject()
                    .put("name", name)
                    .put("type", mediaType)
                    .put("bytes", bytes)
                    .put("url", address);
        }
    }

    /**
     * Keeps the files of an attempt. Repeating it leaves one of each. They go by age, those of an attempt that did not
     * count too: a store that has forgotten the job calls each attempt stale.
     */
    public List<Kept> keep(Lease lease, Collection<Evidence> files) throws IOException {
        String mark = mark(lease.token());
        for (Evidence file : files) {
            write(lease.job(), ArtifactNames.evidence(lease.row(), mark, file.name()), file.content());
        }
        return files.stream()
                .map(file -> new Kept(
                        file.name(),
                        file.mediaType(),
                        file.content().length,
                        mark,
                        links.of(lease.job(), lease.row(), file.name())))
                .toList();
    }

    /** Deletes the files of an attempt whose result the store was never given. */
    public void drop(Lease lease, List<Kept> files) throws IOException {
        for (Kept file : files) {
            artifacts.delete(lease.job(), ArtifactNames.evidence(lease.row(), file.mark(), file.name()));
        }
    }

    /** Keeps the picture of a question; answers where it is served. */
    public String keepPicture(Lease lease, String question, byte[] picture) throws IOException {
        String name = ArtifactNames.picture(question);
        write(lease.job(), ArtifactNames.evidence(lease.row(), question, name), picture);
        return links.of(lease.job(), lease.row(), name);
    }

    /** Deletes the picture of a question that is over. */
    public void dropPicture(Lease lease, String question) throws IOException {
        artifacts.delete(lease.job(), ArtifactNames.evidence(lease.row(), question, ArtifactNames.picture(question)));
    }

    /** The picture that a file's name tells, or null for one that is no question's. */
    public static @Nullable Kept picture(String name) {
        String question = ArtifactNames.questionOf(name);
        return question == null ? null : new Kept(name, "image/png", 0, question, "");
    }

    /** How long a file is; fails with {@link java.nio.file.NoSuchFileException} where it is no more. */
    public long size(String job, int row, Kept file) throws IOException {
        return artifacts.size(job, ArtifactNames.evidence(row, file.mark(), file.name()));
    }

    /** A piece of a file. */
    public byte[] read(String job, int row, Kept file, long offset, int length) throws IOException {
        return artifacts.read(job, ArtifactNames.evidence(row, file.mark(), file.name()), offset, length);
    }

    /** Deletes those files of a job that were kept for longer than that. */
    static void sweep(ArtifactStore artifacts, String job, Duration kept) throws IOException {
        artifacts.deleteOlder(job, ArtifactNames.evidencePrefix(), kept);
    }

    private void write(String job, String name, byte[] content) throws IOException {
        try (ArtifactDraft draft = artifacts.write(job, name)) {
            draft.write(content);
            draft.commit();
        }
    }

    private static String mark(String token) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(token.getBytes(StandardCharsets.UTF_8)), 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
