package dev.trawl.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderArtifactStoreTest {
    @TempDir
    Path data;

    private Path folder;
    private FolderArtifactStore store;

    @BeforeEach
    void open() throws IOException {
        folder = data.resolve("artifacts");
        store = new FolderArtifactStore(folder);
    }

    private void write(String job, String name, String text) throws IOException {
        try (OutputStream out = store.write(job, name)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void keepsAFileAndReplacesIt() throws IOException {
        write("job1", "input.csv", "a long first text");
        write("job1", "input.csv", "second");

        assertThat(folder.resolve("job1/input.csv")).hasContent("second");
    }

    @Test
    void knowsTheJobsThatHaveFiles() throws IOException {
        assertThat(store.jobs()).isEmpty();
        write("job1", "a", "1");
        write("job2", "a", "2");

        assertThat(store.jobs()).containsExactlyInAnyOrder("job1", "job2");
    }

    @Test
    void deletesOneFileAndTheFolderWithTheLast() throws IOException {
        write("job1", "a", "1");
        write("job1", "b", "2");

        store.delete("job1", "a");
        assertThat(folder.resolve("job1")).isDirectoryContaining("glob:**/b");
        assertThat(folder.resolve("job1/a")).doesNotExist();
        store.delete("job1", "b");
        assertThat(store.jobs()).isEmpty();
    }

    @Test
    void deletesAllFilesOfAJobOnly() throws IOException {
        write("job1", "a", "1");
        write("job1", "b", "2");
        write("job2", "a", "3");

        store.deleteAll("job1");

        assertThat(store.jobs()).containsExactly("job2");
        assertThat(folder.resolve("job2/a")).hasContent("3");
    }

    @Test
    void deletesNothingWhereThereIsNothing() throws IOException {
        write("job1", "a", "1");

        store.delete("job1", "b");
        store.delete("job2", "a");
        store.deleteAll("job2");

        assertThat(folder.resolve("job1/a")).hasContent("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../x", "a/b", "/etc", "a\\b", ".hidden", "a b", "a\u0000", "ê"})
    void refusesANameThatLeadsElsewhere(String name) throws IOException {
        Files.writeString(data.resolve("x"), "outside");

        assertThatThrownBy(() -> store.write("job1", name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.write(name, "a")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.delete("job1", name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.deleteAll(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"" + name + "\" cannot be the name of an artifact");
        assertThat(data.resolve("x")).hasContent("outside");
    }

    @Test
    void refusesANameThatIsTooLong() {
        assertThatThrownBy(() -> store.write("job1", "a".repeat(129))).isInstanceOf(IllegalArgumentException.class);
    }
}
