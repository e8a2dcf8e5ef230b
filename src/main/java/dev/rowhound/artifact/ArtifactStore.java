package dev.rowhound.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Stores the files of jobs; a schedule's files are stored under its id like a job's. A file is written as a whole and
 * never modified. Job ids and file names consist of letters, digits, {@code .}, {@code -} and {@code _}. All methods
 * block: do not call them on an event loop. Reads fail with {@link java.nio.file.NoSuchFileException} for a missing
 * file, writes (drafts included) with {@link StorageException} when the disk rejects them.
 */
public interface ArtifactStore {
    /** Fails with {@link StorageException} if there is no room to start another file. */
    void requireRoom() throws StorageException;

    /** Starts a file of a job, which becomes visible when the draft is committed. */
    ArtifactDraft write(String job, String name) throws IOException;

    /** Writes a whole file of a job, replacing one of the same name. */
    default void write(String job, String name, byte[] content) throws IOException {
        try (ArtifactDraft draft = write(job, name)) {
            draft.write(content);
            draft.commit();
        }
    }

    InputStream read(String job, String name) throws IOException;

    /**
     * Reads a part of a file.
     *
     * @throws java.io.EOFException if the file ends before the part does
     */
    byte[] read(String job, String name, long offset, int length) throws IOException;

    /** Returns the size in bytes. */
    long size(String job, String name) throws IOException;

    /** Lists the names of a job's files lazily and unordered; the caller closes the stream. */
    Stream<String> names(String job) throws IOException;

    /** Deletes a file if it exists. */
    void delete(String job, String name) throws IOException;

    /** Deletes all files of a job, if any. */
    void deleteAll(String job) throws IOException;

    /** Deletes a job's drafts that are older than {@code untouched}: leftovers of killed processes. */
    void deleteDrafts(String job, Duration untouched) throws IOException;

    /** Deletes a job's files with this name prefix that are older than {@code age}. */
    void deleteOlder(String job, String prefix, Duration age) throws IOException;

    /** Returns when a file was written. */
    Instant written(String job, String name) throws IOException;

    /**
     * Marks a job's files as due for deletion, unless they are marked already.
     *
     * @return when they were first marked
     */
    Instant markDue(String job) throws IOException;

    void unmarkDue(String job) throws IOException;

    /** Recomputes the total size that the configured maximum applies to. */
    void measure() throws IOException;

    /** Returns the ids of all jobs that have files. */
    List<String> jobs() throws IOException;
}
