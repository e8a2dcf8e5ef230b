package dev.trawl.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
    public InputStream read(String job, String name) throws IOException {
        return Files.newInputStream(folder.resolve(checked(job)).resolve(checked(name)));
    }

    @Override
    public void delete(String job, String name) throws IOException {
        Path own = folder.resolve(checked(job));
        Files.deleteIfExists(own.resolve(checked(name)));
        try {
            Files.deleteIfExists(own);
        } catch (DirectoryNotEmptyException e) {
            // Other files of the job stay, and the folder with them.
            return;
        }
    }

    @Override
    public void deleteAll(String job) throws IOException {
        Path own = folder.resolve(checked(job));
        try (Stream<Path> files = Files.list(own)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            return;
        }
        Files.deleteIfExists(own);
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
