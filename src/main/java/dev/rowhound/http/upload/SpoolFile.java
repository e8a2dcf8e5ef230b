package dev.rowhound.http.upload;

import dev.rowhound.artifact.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.io.output.ProxyOutputStream;

/**
 * A temporary file for an upload whose remaining fields have not arrived yet. All methods block and throw
 * {@link StorageException} if the disk fails.
 */
final class SpoolFile {
    private final Path file;

    /** Creates an empty file in the folder. */
    SpoolFile(Path folder) throws StorageException {
        try {
            file = Files.createTempFile(folder, "upload-", ".csv");
        } catch (IOException e) {
            throw StorageException.of(e);
        }
    }

    /** Writes all bytes. Exceptions from reading {@code bytes} pass through unchanged. */
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

    /** Opens the file for reading. */
    InputStream read() throws StorageException {
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw StorageException.of(e);
        }
    }

    /** Deletes the file if it exists. */
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
