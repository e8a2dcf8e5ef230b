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

/** A lock across threads and processes for installations below a data folder. */
final class InstallLock {
    /** File locks belong to the whole JVM, so its threads need their own lock. */
    private static final ReentrantLock THREADS = new ReentrantLock();

    private InstallLock() {}

    /** Runs the work while holding the lock. The system releases the lock of a dead process. */
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
            throw new UncheckedIOException("the lock for installing below " + data + " cannot be acquired", e);
        } finally {
            THREADS.unlock();
        }
    }
}
