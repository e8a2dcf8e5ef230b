package dev.rowhound.artifact;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Stores files in a folder with a subfolder for each job. Drafts are hidden files next to their targets. */
public final class FolderArtifactStore implements ArtifactStore {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    /**
     * Its modification time says since when the job's files have been due for deletion; no artifact can have this name.
     */
    private static final String DUE = ".due";

    /** Larger than the space that a file system may still find in its last block, so a full disk fails the probe. */
    private static final int PROBE_BYTES = 1 << 16;

    private final Path folder;
    private final FolderRoom room;

    /** Creates a store without size limits; creates the folder if it is missing. */
    public FolderArtifactStore(Path folder) throws IOException {
        this(folder, 0, 0);
    }

    /**
     * Creates a store; creates the folder if it is missing.
     *
     * @param minFreeBytes the space that must stay free on the disk; 0 for none
     * @param maxBytes the maximum total size; 0 for unlimited
     */
    public FolderArtifactStore(Path folder, long minFreeBytes, long maxBytes) throws IOException {
        this.folder = folder;
        this.room = new FolderRoom(folder, minFreeBytes, maxBytes);
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, ".probe", ""));
        } catch (IOException e) {
            throw new IOException(
                    "the artifact folder " + folder + " is not writable (" + reason(e)
                            + "); set another one with --set artifacts.folder=FOLDER",
                    e);
        }
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        String reason = e instanceof FileSystemException fault ? fault.getReason() : null;
        return reason == null ? String.valueOf(e.getMessage()) : reason;
    }

    /** Returns the mark that identifies the folder. */
    public FolderMark mark() {
        return new FolderMark(folder);
    }

    /** Checks that files can be written by writing one and deleting it. */
    public void probe() throws StorageException {
        room.check();
        Path file = folder.resolve(".probe-" + UUID.randomUUID());
        try {
            try {
                Files.write(file, new byte[PROBE_BYTES]);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw StorageException.of(e);
        }
    }

    @Override
    public String toString() {
        return folder.toString();
    }

    @Override
    public void requireRoom() throws StorageException {
        room.check();
    }

    @Override
    public ArtifactDraft write(String job, String name) throws IOException {
        Path jobFolder = folder.resolve(checked(job));
        Path target = jobFolder.resolve(checked(name));
        room.check();
        while (true) {
            try {
                if (!Files.isDirectory(jobFolder)) {
                    Files.createDirectories(jobFolder);
                    FolderDraft.sync(folder);
                }
                return new FolderDraft(target, room);
            } catch (NoSuchFileException e) {
                // The job's last file, and with it the folder, was deleted concurrently.
                Thread.onSpinWait();
            } catch (IOException e) {
                throw StorageException.of(e);
            }
        }
    }

    @Override
    public InputStream read(String job, String name) throws IOException {
        return Files.newInputStream(path(job, name));
    }

    @Override
    public byte[] read(String job, String name, long offset, int length) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(length);
        try (FileChannel file = FileChannel.open(path(job, name), StandardOpenOption.READ)) {
            while (piece.hasRemaining()) {
                if (file.read(piece, offset + piece.position()) < 0) {
                    throw new EOFException(name + " ends before " + (offset + length) + " bytes, at " + file.size());
                }
            }
        }
        return piece.array();
    }

    @Override
    public long size(String job, String name) throws IOException {
        return Files.size(path(job, name));
    }

    @Override
    public Stream<String> names(String job) throws IOException {
        try {
            return Files.list(folder.resolve(checked(job)))
                    .map(FolderArtifactStore::name)
                    .filter(name -> NAME.matcher(name).matches());
        } catch (NoSuchFileException e) {
            return Stream.empty();
        }
    }

    @Override
    public void delete(String job, String name) throws IOException {
        Files.deleteIfExists(path(job, name));
        deleteEmpty(folder.resolve(job));
    }

    @Override
    public void deleteAll(String job) throws IOException {
        Path jobFolder = folder.resolve(checked(job));
        try (Stream<Path> files = Files.list(jobFolder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            return;
        }
        deleteEmpty(jobFolder);
    }

    @Override
    public void deleteDrafts(String job, Duration untouched) throws IOException {
        deleteOlder(job, untouched, FolderDraft::isDraft);
    }

    @Override
    public void deleteOlder(String job, String prefix, Duration age) throws IOException {
        deleteOlder(job, age, file -> name(file).startsWith(prefix));
    }

    private void deleteOlder(String job, Duration age, Predicate<Path> which) throws IOException {
        Path jobFolder = folder.resolve(checked(job));
        Instant limit = Instant.now().minus(age);
        try (Stream<Path> files = Files.list(jobFolder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (which.test(file)
                        && Files.getLastModifiedTime(file).toInstant().isBefore(limit)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (NoSuchFileException e) {
            // Another node has deleted the folder.
            return;
        }
        deleteEmpty(jobFolder);
    }

    @Override
    public Instant written(String job, String name) throws IOException {
        return Files.getLastModifiedTime(path(job, name)).toInstant();
    }

    @Override
    public Instant markDue(String job) throws IOException {
        Path due = folder.resolve(checked(job)).resolve(DUE);
        try {
            Files.createFile(due);
        } catch (FileAlreadyExistsException e) {
            // Already marked.
        }
        return Files.getLastModifiedTime(due).toInstant();
    }

    @Override
    public void unmarkDue(String job) throws IOException {
        Path jobFolder = folder.resolve(checked(job));
        if (Files.deleteIfExists(jobFolder.resolve(DUE))) {
            deleteEmpty(jobFolder);
        }
    }

    @Override
    public List<String> jobs() throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.map(FolderArtifactStore::name)
                    .filter(name -> NAME.matcher(name).matches())
                    .toList();
        }
    }

    @Override
    public void measure() throws IOException {
        room.measure();
    }

    /** Deletes a job's folder if it is empty. */
    private static void deleteEmpty(Path jobFolder) throws IOException {
        try {
            Files.deleteIfExists(jobFolder);
        } catch (DirectoryNotEmptyException e) {
            return;
        }
    }

    private Path path(String job, String name) {
        return folder.resolve(checked(job)).resolve(checked(name));
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }

    /** Validates a name, because it becomes a path and must not escape the folder. */
    private static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("\"" + name + "\" is not a valid artifact name");
        }
        return name;
    }
}
