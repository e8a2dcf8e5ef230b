package dev.rowhound.crawl.install;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Shell scripts that stand in for programs. */
public final class FakePrograms {
    private FakePrograms() {}

    /** Writes a script that does what {@code body} says and answers its path. */
    public static Path write(Path file, String body) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    /** Writes a script that tells a version. */
    public static Path version(Path file, String version) {
        return write(file, "echo '" + version + "'");
    }
}
