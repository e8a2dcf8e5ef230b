package dev.rowhound.artifact;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * How much the files of a folder may take: together no more than a bound, and so that some of the disk stays free, for
 * whatever else lives on it, Redis's log first. Other nodes that write to the folder are seen when it is measured.
 */
final class FolderRoom {
    /** How long an answer of the disk holds. */
    private static final long FREE_HOLDS_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Path folder;
    private final long minFreeBytes;
    private final long maxBytes;
    private final AtomicLong used = new AtomicLong();
    private long freeBytes;
    private long freeUntil;
    private boolean asked;

    /**
     * For that folder.
     *
     * @param minFreeBytes what stays free on its disk; 0 for nothing
     * @param maxBytes what its files may take; 0 for any number
     */
    FolderRoom(Path folder, long minFreeBytes, long maxBytes) {
        this.folder = folder;
        this.minFreeBytes = minFreeBytes;
        this.maxBytes = maxBytes;
    }

    /** Fails where no further file may be begun. */
    void check() throws StorageException {
        if (maxBytes > 0 && used.get() >= maxBytes) {
            throw StorageException.full("the files in " + folder + " take " + mb(used.get()) + " MB, and may take "
                    + mb(maxBytes) + " (artifacts.max_mb)");
        }
        long free = minFreeBytes > 0 ? free() : Long.MAX_VALUE;
        if (free < minFreeBytes) {
            throw StorageException.full("the disk of " + folder + " has " + mb(free) + " MB free, and "
                    + mb(minFreeBytes) + " are to stay so (artifacts.min_free_mb)");
        }
    }

    private synchronized long free() throws StorageException {
        if (!asked || System.nanoTime() - freeUntil > 0) {
            try {
                freeBytes = Files.getFileStore(folder).getUsableSpace();
            } catch (IOException e) {
                throw StorageException.of(e);
            }
            asked = true;
            freeUntil = System.nanoTime() + FREE_HOLDS_NANOS;
        }
        return freeBytes;
    }

    /** Counts a file that has been written. */
    void add(long bytes) {
        used.addAndGet(bytes);
    }

    /** Counts all files anew. */
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
            // It has been deleted at this moment.
            return 0;
        }
    }

    private static long mb(long bytes) {
        return bytes >> 20;
    }
}
