package dev.rowhound.artifact;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Limits the space that a folder's files take: their total size is bounded, and part of the disk stays free for other
 * data, above all Redis's append-only file. {@link #measure} accounts for files that other nodes write.
 */
final class FolderRoom {
    /** How long a measurement of free space is reused. */
    private static final long FREE_HOLDS_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Path folder;
    private final long minFreeBytes;
    private final long maxBytes;
    private final AtomicLong used = new AtomicLong();
    private long freeBytes;
    private long freeUntil;
    private boolean measured;

    /**
     * @param minFreeBytes the space that must stay free on the disk; 0 for none
     * @param maxBytes the maximum total size; 0 for unlimited
     */
    FolderRoom(Path folder, long minFreeBytes, long maxBytes) {
        this.folder = folder;
        this.minFreeBytes = minFreeBytes;
        this.maxBytes = maxBytes;
    }

    /** Fails if there is no room to start another file. */
    void check() throws StorageException {
        if (maxBytes > 0 && used.get() >= maxBytes) {
            throw StorageException.full("the files in " + folder + " take " + mb(used.get()) + " MB of at most "
                    + mb(maxBytes) + " MB (artifacts.max_mb)");
        }
        long free = minFreeBytes > 0 ? free() : Long.MAX_VALUE;
        if (free < minFreeBytes) {
            throw StorageException.full("the disk of " + folder + " has " + mb(free) + " MB free, but "
                    + mb(minFreeBytes) + " MB must stay free (artifacts.min_free_mb)");
        }
    }

    private synchronized long free() throws StorageException {
        if (!measured || System.nanoTime() - freeUntil > 0) {
            try {
                freeBytes = Files.getFileStore(folder).getUsableSpace();
            } catch (IOException e) {
                throw StorageException.of(e);
            }
            measured = true;
            freeUntil = System.nanoTime() + FREE_HOLDS_NANOS;
        }
        return freeBytes;
    }

    /** Adds a written file to the total. */
    void add(long bytes) {
        used.addAndGet(bytes);
    }

    /** Recomputes the total from the folder. */
    void measure() throws IOException {
        try (Stream<Path> files = Files.walk(folder, 2)) {
            used.set(files.mapToLong(FolderRoom::size).sum());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static long size(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            // The file was deleted concurrently.
            return 0;
        }
    }

    private static long mb(long bytes) {
        return bytes >> 20;
    }
}
