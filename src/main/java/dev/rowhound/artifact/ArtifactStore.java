package dev.rowhound.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the files of jobs are kept; files of schedules go by their ids as if they were jobs. A file is written as a
 * whole and never changed. Names of jobs and files are letters, digits, {@code .}, {@code -} and {@code _}. All methods
 * block; not for an event loop. Those that read fail with {@link java.nio.file.NoSuchFileException} where there is no
 * such file, and those that write, drafts too, with {@link StorageException} where the disk does not take it.
 */
public interface ArtifactStore {
    /** Fails with {@link StorageException} where no further file may be begun. */
    void requireRoom() throws StorageException;

    /** Begins a file of a job; it is there from the draft's commit on. */
    ArtifactDraft write(String job, String name) throws IOException;

    /** A file from its beginning. */
    InputStream read(String job, String name) throws IOException;

    /**
     * A piece of a file.
     *
     * @throws java.io.EOFException if the file ends before the piece does
     */
    byte[] read(String job, String name, long offset, int length) throws IOException;

    /** How many bytes a file has. */
    long size(String job, String name) throws IOException;

    /** The names of a job's files, in no order, read as they are asked for; to be closed. */
    Stream<String> names(String job) throws IOException;

    /** Deletes one file of a job; nothing where there is none. */
    void delete(String job, String name) throws IOException;

    /** Deletes all files of a job; nothing where there are none. */
    void deleteAll(String job) throws IOException;

    /** Deletes the drafts of a job that nobody has written to for so long: what a process that was killed has left. */
    void deleteDrafts(String job, Duration untouched) throws IOException;

    /** Deletes those files of a job whose names begin so and that were written so long ago. */
    void deleteOlder(String job, String prefix, Duration age) throws IOException;

    /** When a file was written. */
    Instant written(String job, String name) throws IOException;

    /**
     * Notes that all files of a job are due for deletion, where that is not noted yet.
     *
     * @return since when they have been
     */
    Instant markDue(String job) throws IOException;

    /** Forgets that the files of a job were due for deletion. */
    void unmarkDue(String job) throws IOException;

    /** Counts anew what all files take, which is bounded. */
    void measure() throws IOException;

    /** The ids of the jobs that have files. */
    List<String> jobs() throws IOException;
}
