package dev.rowhound.http.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.artifact.StorageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.commons.io.input.BrokenInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that waits for the fields behind it. */
class SpoolFileTest {
    private static final byte[] BYTES = "tax_code\n1\n".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    @Test
    void givesBackWhatItWasGivenUntilItIsDeleted() throws Exception {
        SpoolFile file = new SpoolFile(folder);
        file.fill(new ByteArrayInputStream(BYTES));
        try (InputStream in = file.read()) {
            assertThat(in.readAllBytes()).isEqualTo(BYTES);
        }
        file.delete();
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
        assertThatThrownBy(file::read).isInstanceOf(StorageException.class);
    }

    @Test
    void aFaultOfTheDiskIsToldFromOneOfTheUpload() throws Exception {
        Path gone = Files.createDirectory(folder.resolve("gone"));
        SpoolFile file = new SpoolFile(gone);
        IOException left = new IOException("the client has disconnected");
        assertThatThrownBy(() -> file.fill(new BrokenInputStream(left))).isSameAs(left);
        file.delete();
        Files.delete(gone);
        assertThatThrownBy(() -> file.fill(new ByteArrayInputStream(BYTES))).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> new SpoolFile(gone)).isInstanceOf(StorageException.class);
    }
}
