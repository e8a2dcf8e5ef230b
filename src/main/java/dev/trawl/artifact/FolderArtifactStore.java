package dev.trawl.artifact;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Files in a folder, one folder a job below it. */
public final class FolderArtifactStore implements ArtifactStore {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private final Path folder;

    /** Keeps the files below that folder, which is made if it is missing. */
    public FolderArtifactStore(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    @Override
    public OutputStream write(String job, String name) throws IOException {
        return Files.newOutputStream(
                Files.createDirectories(folder.resolve(checked(job))).resolve(checked(name)));
    }

    @Override
    public void delete(String job) throws IOException {
        try (Stream<Path> paths = Files.walk(folder.resolve(checked(job)))) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException | UncheckedIOException e) {
            // Another node deletes the same job; what is gone is gone.
            if (Files.exists(folder.resolve(job))) {
                throw new IOException("could not delete the files of job " + job, e);
            }
        }
    }

    @Override
    public List<String> jobs() throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.map(path -> path.getFileName().toString()).toList();
        }
    }

    /** A name becomes a path, so it may not lead elsewhere. */
    private static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("\"" + name + "\" cannot be the name of an artifact");
        }
        return name;
    }
}
