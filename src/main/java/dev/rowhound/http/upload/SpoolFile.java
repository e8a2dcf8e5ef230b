package dev.rowhound.http.upload;

import dev.rowhound.artifact.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.io.output.ProxyOutputStream;

/**
 * An upload's file on the disk, until the fields behind it have come. All methods block, and fail with
 * {@link StorageException} where the disk does not take the file or give it back.
 */
final class SpoolFile {
    private final Path file;

    /** An empty file in that folder. */
    SpoolFile(Path folder) throws StorageException {
        try {
            file = Files.createTempFile(folder, "upload-", ".csv");
        } catch (IOException e) {
            throw StorageException.of(e);
        }
    }

    /** Writes all of the bytes; what their reading fails with is passed on as it is. */
    void fill(InputStream bytes) throws IOException {
        try (OutputStream out = new DiskStream(open())) {
            bytes.transferTo(out);
        }
    }

    private OutputStream open() throws StorageException {
        try {
            return Files.newOutputStream(file);
        } catch (IOException e) {
            throw StorageException.of(e);
        }
    }

    /** The bytes from their beginning. */
    InputStream read() throws StorageException {
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw StorageException.of(e);
        }
    }

    /** Deletes the file; nothing where it is gone. */
    void delete() throws IOException {
        Files.deleteIfExists(file);
    }

    private static final class DiskStream extends ProxyOutputStream {
        DiskStream(OutputStream out) {
            super(out);
        }

        @Override
        protected void handleIOException(IOException e) throws IOException {
            throw StorageException.of(e);
        }
    }
}
