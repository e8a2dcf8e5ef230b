package dev.rowhound.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    private Path parent;

    private static String permissions(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void isMadeForItsOwnerAlone() throws Exception {
        Path path = parent.resolve("some/data");
        try (DataFolder data = DataFolder.take(path)) {
            assertThat(permissions(data.path())).isEqualTo("rwx------");
        }
        assertThat(permissions(path.getParent()))
                .as("no folder of the node's own")
                .contains("r-x");
    }

    @Test
    void isClosedToOthersWhereItWasOpen() throws Exception {
        Path path = Files.createDirectory(parent.resolve("data"));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxr-x"));
        Files.writeString(path.resolve("kept"), "1");
        try (DataFolder data = DataFolder.take(path)) {
            assertThat(permissions(data.path())).isEqualTo("rwx------");
            assertThat(data.path().resolve("kept")).hasContent("1");
        }
    }
}
