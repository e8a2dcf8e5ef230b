package dev.rowhound.queue;

import dev.rowhound.artifact.ArtifactStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;

/** What lies in the artifact store of a job. */
public final class TestFiles {
    private final ArtifactStore artifacts;
    private final String job;

    public TestFiles(ArtifactStore artifacts, String job) {
        this.artifacts = artifacts;
        this.job = job;
    }

    /** The names of the job's files, sorted. */
    public List<String> names() {
        try (Stream<String> names = artifacts.names(job)) {
            return names.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public List<String> segments() {
        return names().stream().filter(name -> name.endsWith(".seg")).toList();
    }

    public List<String> rows() {
        return names().stream().filter(name -> name.startsWith("row-")).toList();
    }
}
