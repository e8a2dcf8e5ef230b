package dev.rowhound.crawl.install;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Lets one at a time install things below a data folder, among the threads of all processes. */
final class InstallLock {
    /** A file lock is held by a whole process, so its threads take turns by this one. */
    private static final ReentrantLock THREADS = new ReentrantLock();

    private InstallLock() {}

    /** Waits for its turn and does the work. The lock goes with its process, however that ends. */
    static <T> T holding(Path data, Supplier<T> work) {
        THREADS.lock();
        try {
            Path folder = Files.createDirectories(data.resolve("driver"));
            try (FileChannel file = FileChannel.open(
                    folder.resolve("install.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                FileLock processes = file.lock();
                T result = work.get();
                processes.release();
                return result;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the lock for installing below " + data + " cannot be taken", e);
        } finally {
            THREADS.unlock();
        }
    }
}
