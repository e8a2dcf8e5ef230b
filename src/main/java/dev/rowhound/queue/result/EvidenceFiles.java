package dev.rowhound.queue.result;

import dev.rowhound.artifact.ArtifactNames;
import dev.rowhound.artifact.ArtifactStore;
import dev.rowhound.artifact.Sha256;
import dev.rowhound.job.Evidence;
import dev.rowhound.queue.Lease;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Stores the files that attempts keep for a person as artifacts of the job. A file's name contains the row, the attempt
 * and the kind of file, but not the node that wrote it. Methods that access files block: do not call them on an event
 * loop.
 */
public final class EvidenceFiles {
    private static final int MARK_CHARS = 8;

    private final ArtifactStore artifacts;
    private final Addresses links;

    /** Builds the URL of a row's file. */
    @FunctionalInterface
    public interface Addresses {
        String of(String job, int row, String name);
    }

    public EvidenceFiles(ArtifactStore artifacts, Addresses links) {
        this.artifacts = artifacts;
        this.links = links;
    }

    /**
     * A stored file.
     *
     * @param name the name that the attempt gave it
     * @param bytes its size
     * @param mark unique to the attempt
     * @param url its URL; empty if it was read from Redis
     */
    public record StoredFile(String name, String mediaType, long bytes, String mark, String url) {
        /** Parses the files of a stored result. */
        static List<StoredFile> list(@Nullable JsonArray stored) {
            return stored == null
                    ? List.of()
                    : IntStream.range(0, stored.size())
                            .mapToObj(stored::getJsonObject)
                            .map(file -> new StoredFile(
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

        /** Returns the wire form with the file's URL. */
        public JsonObject toJson(String address) {
            return new JsonObject()
                    .put("name", name)
                    .put("type", mediaType)
                    .put("bytes", bytes)
                    .put("url", address);
        }
    }

    /**
     * Stores the files of an attempt. Idempotent. They are deleted by age, also those of an attempt that did not count:
     * a Redis that has lost the job calls every attempt stale.
     */
    public List<StoredFile> store(Lease lease, Collection<Evidence> files) throws IOException {
        String mark = mark(lease.token());
        for (Evidence file : files) {
            artifacts.write(lease.job(), ArtifactNames.evidence(lease.row(), mark, file.name()), file.content());
        }
        return files.stream()
                .map(file -> new StoredFile(
                        file.name(),
                        file.mediaType(),
                        file.content().length,
                        mark,
                        links.of(lease.job(), lease.row(), file.name())))
                .toList();
    }

    /** Deletes the files of an attempt whose result was never submitted. */
    public void delete(Lease lease, List<StoredFile> files) throws IOException {
        for (StoredFile file : files) {
            artifacts.delete(lease.job(), ArtifactNames.evidence(lease.row(), file.mark(), file.name()));
        }
    }

    /** Stores the picture of a question; returns its URL. */
    public String storePicture(Lease lease, String question, byte[] picture) throws IOException {
        String name = ArtifactNames.picture(question);
        artifacts.write(lease.job(), ArtifactNames.evidence(lease.row(), question, name), picture);
        return links.of(lease.job(), lease.row(), name);
    }

    /** Deletes the picture of a question that is over. */
    public void deletePicture(Lease lease, String question) throws IOException {
        artifacts.delete(lease.job(), ArtifactNames.evidence(lease.row(), question, ArtifactNames.picture(question)));
    }

    /** Returns the question's picture with this name, or null if the name is not a picture's. */
    public static @Nullable StoredFile picture(String name) {
        String question = ArtifactNames.questionOf(name);
        return question == null ? null : new StoredFile(name, "image/png", 0, question, "");
    }

    /** Returns a file's size; fails with {@link java.nio.file.NoSuchFileException} if it does not exist. */
    public long size(String job, int row, StoredFile file) throws IOException {
        return artifacts.size(job, ArtifactNames.evidence(row, file.mark(), file.name()));
    }

    /** Reads a part of a file. */
    public byte[] read(String job, int row, StoredFile file, long offset, int length) throws IOException {
        return artifacts.read(job, ArtifactNames.evidence(row, file.mark(), file.name()), offset, length);
    }

    /** Deletes a job's evidence that is older than {@code retention}. */
    static void sweep(ArtifactStore artifacts, String job, Duration retention) throws IOException {
        artifacts.deleteOlder(job, ArtifactNames.evidencePrefix(), retention);
    }

    private static String mark(String token) {
        return Sha256.hex(token).substring(0, MARK_CHARS);
    }
}
