package dev.rowhound.queue.result;

import dev.rowhound.artifact.ArtifactDraft;
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
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What attempts leave behind for a person to look at, as files of the job. A file's name tells row, attempt and what it
 * is, and nothing of the node that wrote it. All methods block, but for those that only make words; not for an event
 * loop.
 */
public final class EvidenceFiles {
    private static final String PREFIX = "evidence-";
    private static final String PICTURE = "question-";
    private static final Pattern PICTURE_NAME = Pattern.compile(PICTURE + "[0-9a-f]{8}\\.png");

    private final ArtifactStore artifacts;

    /** In that artifact store. */
    public EvidenceFiles(ArtifactStore artifacts) {
        this.artifacts = artifacts;
    }

    /**
     * A file that was kept.
     *
     * @param name as its attempt named it
     * @param mediaType its type
     * @param bytes how long it is
     * @param mark tells the attempt's files from those of others
     */
    public record Kept(String name, String mediaType, long bytes, String mark) {
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
                                    file.getString("mark")))
                            .toList();
        }

        JsonObject stored() {
            return new JsonObject()
                    .put("name", name)
                    .put("type", mediaType)
                    .put("bytes", bytes)
                    .put("mark", mark);
        }

        /** As it is told on the wire. */
        public JsonObject toJson(String job, int row) {
            return new JsonObject()
                    .put("name", name)
                    .put("type", mediaType)
                    .put("bytes", bytes)
                    .put("url", url(job, row, name));
        }
    }

    /** As a list of files is told on the wire. */
    static JsonArray toJson(List<Kept> files, String job, int row) {
        JsonArray list = new JsonArray();
        files.forEach(file -> list.add(file.toJson(job, row)));
        return list;
    }

    /** Where a file of a row is served. */
    public static String url(String job, int row, String name) {
        return "/api/v1/jobs/" + job + "/items/" + row + "/evidence/" + name;
    }

    /**
     * Keeps the files of an attempt. Repeating it leaves one of each. They go by age, those of an attempt that did not
     * count too: a store that has forgotten the job calls each attempt stale.
     */
    public List<Kept> keep(Lease lease, Collection<Evidence> files) throws IOException {
        String mark = mark(lease.token());
        for (Evidence file : files) {
            write(lease.job(), artifact(lease.row(), mark, file.name()), file.content());
        }
        return files.stream()
                .map(file -> new Kept(file.name(), file.mediaType(), file.content().length, mark))
                .toList();
    }

    /** Deletes the files of an attempt whose result the store was never given. */
    public void drop(Lease lease, List<Kept> files) throws IOException {
        for (Kept file : files) {
            artifacts.delete(lease.job(), artifact(lease.row(), file.mark(), file.name()));
        }
    }

    /** Keeps the picture of a question; answers where it is served. */
    public String keepPicture(Lease lease, String question, byte[] picture) throws IOException {
        String name = PICTURE + question + ".png";
        write(lease.job(), artifact(lease.row(), question, name), picture);
        return url(lease.job(), lease.row(), name);
    }

    /** Deletes the picture of a question that is over. */
    public void dropPicture(Lease lease, String question) throws IOException {
        artifacts.delete(lease.job(), artifact(lease.row(), question, PICTURE + question + ".png"));
    }

    /** The picture that a file's name tells, or null for one that is no question's. */
    public static @Nullable Kept picture(String name) {
        return PICTURE_NAME.matcher(name).matches()
                ? new Kept(name, "image/png", 0, name.substring(PICTURE.length(), name.length() - ".png".length()))
                : null;
    }

    /** How long a file is; fails with {@link java.nio.file.NoSuchFileException} where it is no more. */
    public long size(String job, int row, Kept file) throws IOException {
        return artifacts.size(job, artifact(row, file.mark(), file.name()));
    }

    /** A piece of a file. */
    public byte[] read(String job, int row, Kept file, long offset, int length) throws IOException {
        return artifacts.read(job, artifact(row, file.mark(), file.name()), offset, length);
    }

    /** Deletes those files of a job that were kept for longer than that. */
    static void sweep(ArtifactStore artifacts, String job, Duration kept) throws IOException {
        artifacts.deleteOlder(job, PREFIX, kept);
    }

    private void write(String job, String name, byte[] content) throws IOException {
        try (ArtifactDraft draft = artifacts.write(job, name)) {
            draft.write(content);
            draft.commit();
        }
    }

    private static String artifact(int row, String mark, String name) {
        return PREFIX + row + "-" + mark + "-" + name;
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
