package dev.trawl;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.commons.io.file.PathUtils;
import org.jspecify.annotations.Nullable;

/**
 * The folder for what a node writes, held by one process at a time. What a process that was killed has left in its
 * {@code tmp} goes when the next one takes the folder.
 */
final class DataFolder implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private final FileLock lock;

    private DataFolder(Path path, FileChannel channel, FileLock lock) {
        this.path = path;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Takes the folder, making it if it is missing.
     *
     * @throws IOException with a sentence for a person, when another process has it or it cannot be written
     */
    static DataFolder take(Path path) throws IOException {
        Files.createDirectories(path);
        FileChannel channel =
                FileChannel.open(path.resolve("node.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = tryLock(channel);
        if (lock == null) {
            channel.close();
            throw new IOException("another node works in the data folder " + path
                    + "; stop it, or give this one a folder of its own with --set data=FOLDER");
        }
        DataFolder folder = new DataFolder(path, channel, lock);
        if (Files.exists(folder.temporary())) {
            PathUtils.deleteDirectory(folder.temporary());
        }
        Files.createDirectories(folder.temporary());
        return folder;
    }

    Path path() {
        return path;
    }

    /** For files that do not outlive the process. */
    Path temporary() {
        return path.resolve("tmp");
    }

    @Override
    public void close() throws IOException {
        lock.release();
        channel.close();
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }
}
