package dev.rowhound.node;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.apache.commons.io.file.PathUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's data folder, locked by one process at a time. Taking it deletes the {@code tmp} that a killed process has
 * left.
 */
final class DataFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private final Path path;
    private final FileChannel channel;
    private final FileLock lock;

    private DataFolder(Path path, FileChannel channel, FileLock lock) {
        this.path = path;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Locks the folder and creates it if it is missing.
     *
     * @throws IOException with a sentence for people, if another process holds it or it cannot be written
     */
    static DataFolder take(Path path) throws IOException {
        boolean created = !Files.exists(path);
        Files.createDirectories(path);
        restrictToOwner(path, created);
        FileChannel channel =
                FileChannel.open(path.resolve("node.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = tryLock(channel);
        if (lock == null) {
            channel.close();
            throw new IOException("another node uses the data folder " + path
                    + "; stop it, or set another folder with --set data=FOLDER");
        }
        DataFolder folder = new DataFolder(path, channel, lock);
        if (Files.exists(folder.temporary())) {
            PathUtils.deleteDirectory(folder.temporary());
        }
        Files.createDirectories(folder.temporary());
        return folder;
    }

    /**
     * Protects uploads, results and the password of Redis. The permissions of a volume that belongs to another user
     * stay unchanged.
     */
    private static void restrictToOwner(Path path, boolean created) {
        try {
            Set<PosixFilePermission> found = Files.getPosixFilePermissions(path);
            if (!OWNER_ONLY.containsAll(found)) {
                Files.setPosixFilePermissions(path, OWNER_ONLY);
                if (!created) {
                    LOG.info(
                            "The data folder {} was accessible to other users ({}); access was restricted to its owner",
                            path,
                            PosixFilePermissions.toString(found));
                }
            }
        } catch (UnsupportedOperationException e) {
            LOG.debug("The data folder {} has no permissions of Unix", path);
        } catch (IOException e) {
            LOG.warn(
                    "The data folder {} may be accessible to other users, and access cannot be restricted: {}",
                    path,
                    e.toString());
        }
    }

    Path path() {
        return path;
    }

    /** Returns the folder for files that do not outlive the process. */
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
