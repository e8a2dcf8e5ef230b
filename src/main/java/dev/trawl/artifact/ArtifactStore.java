package dev.trawl.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/** Where the files of jobs are kept, and those of schedules, which go by their ids as if they were jobs. All methods block; not for an event loop. */
public interface ArtifactStore {
    /**
     * Opens a file of a job for writing, replacing one of that name.
     *
     * @param job the job's id
     * @param name letters, digits, {@code .}, {@code -} and {@code _}
     */
    OutputStream write(String job, String name) throws IOException;

    /**
     * A file of a job from its beginning.
     *
     * @throws java.nio.file.NoSuchFileException where there is none
     */
    InputStream read(String job, String name) throws IOException;

    /** Deletes one file of a job; nothing where there is none. */
    void delete(String job, String name) throws IOException;

    /** Deletes all files of a job; nothing where there are none. */
    void deleteAll(String job) throws IOException;

    /** The ids of the jobs that have files. */
    List<String> jobs() throws IOException;
}
