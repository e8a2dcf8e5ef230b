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

/** Files in a folder, one folder a job below it. Drafts are hidden files beside those that they become. */
public final class FolderArtifactStore implements ArtifactStore {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    /** The file that says since when a job's files have been due for deletion; no artifact can have that name. */
    private static final String DUE = ".due";

    /** A disk without room for that is full: it is more than what a system keeps back of its last block. */
    private static final int PROBE_BYTES = 1 << 16;

    private final Path folder;
    private final FolderRoom room;

    /** Keeps the files below that folder, which is made if it is missing, as many as the disk takes. */
    public FolderArtifactStore(Path folder) throws IOException {
        this(folder, 0, 0);
    }

    /**
     * Keeps the files below that folder, which is made if it is missing.
     *
     * @param minFreeBytes what stays free on its disk; 0 for nothing
     * @param maxBytes what its files may take; 0 for any number
     */
    public FolderArtifactStore(Path folder, long minFreeBytes, long maxBytes) throws IOException {
        this.folder = folder;
        this.room = new FolderRoom(folder, minFreeBytes, maxBytes);
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, ".probe", ""));
        } catch (IOException e) {
            throw new IOException(
                    "the folder for files " + folder + " cannot be written (" + reason(e)
                            + "); give one that can with --set artifacts.folder=FOLDER",
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

    /** What tells the folder from others. */
    public FolderMark mark() {
        return new FolderMark(folder);
    }

    /** Writes a file and deletes it, to find out whether files can be written. */
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

    /** Where it is. */
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
        Path own = folder.resolve(checked(job));
        Path target = own.resolve(checked(name));
        room.check();
        while (true) {
            try {
                if (!Files.isDirectory(own)) {
                    Files.createDirectories(own);
                    FolderDraft.sync(folder);
                }
                return new FolderDraft(target, room);
            } catch (NoSuchFileException e) {
                // The job's last file has been deleted at this moment, and its folder with it.
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
        Path own = folder.resolve(checked(job));
        try (Stream<Path> files = Files.list(own)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            return;
        }
        deleteEmpty(own);
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
        Path own = folder.resolve(checked(job));
        Instant limit = Instant.now().minus(age);
        try (Stream<Path> files = Files.list(own)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (which.test(file)
                        && Files.getLastModifiedTime(file).toInstant().isBefore(limit)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (NoSuchFileException e) {
            // Somebody else has deleted the same.
            return;
        }
        deleteEmpty(own);
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
            // It has been due for a while.
        }
        return Files.getLastModifiedTime(due).toInstant();
    }

    @Override
    public void unmarkDue(String job) throws IOException {
        Path own = folder.resolve(checked(job));
        if (Files.deleteIfExists(own.resolve(DUE))) {
            deleteEmpty(own);
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

    /** Deletes a job's folder unless files are left in it. */
    private static void deleteEmpty(Path own) throws IOException {
        try {
            Files.deleteIfExists(own);
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

    /** A name becomes a path, so it may not lead elsewhere. */
    private static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("\"" + name + "\" cannot be the name of an artifact");
        }
        return name;
    }
}
