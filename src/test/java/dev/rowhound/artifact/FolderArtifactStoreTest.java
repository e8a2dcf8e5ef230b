package dev.rowhound.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
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
        try (ArtifactDraft draft = store.write(job, name)) {
            draft.write(text.getBytes(StandardCharsets.UTF_8));
            draft.commit();
        }
    }

    private List<String> names(String job) throws IOException {
        try (Stream<String> names = store.names(job)) {
            return names.sorted().toList();
        }
    }

    @Test
    void keepsAFileAndReplacesIt() throws IOException {
        write("job1", "input.csv", "a long first text");
        write("job1", "input.csv", "second");

        assertThat(folder.resolve("job1/input.csv")).hasContent("second");
    }

    @Test
    void beginsNoFileBeyondItsBound() throws IOException {
        store = new FolderArtifactStore(folder, 0, 10);
        write("job1", "a", "six...");
        write("job1", "b", "six...");

        assertThatThrownBy(() -> write("job2", "a", "1"))
                .isInstanceOfSatisfying(
                        StorageException.class,
                        e -> assertThat(e.reason()).isEqualTo(StorageException.StorageFault.FULL))
                .hasMessageContaining("artifacts.max_mb");
        assertThatThrownBy(store::probe).isInstanceOf(StorageException.class);
        assertThat(store.jobs()).containsExactly("job1");

        store.delete("job1", "b");
        store.measure();
        write("job2", "a", "1");
        assertThat(new FolderArtifactStore(folder, 0, 7)).satisfies(again -> {
            again.probe();
            again.measure();
            assertThatThrownBy(again::probe).isInstanceOf(StorageException.class);
        });
    }

    @Test
    void leavesSomeOfTheDiskFree() throws IOException {
        store = new FolderArtifactStore(folder, Long.MAX_VALUE >> 1, 0);

        assertThatThrownBy(() -> write("job1", "a", "1"))
                .isInstanceOfSatisfying(
                        StorageException.class,
                        e -> assertThat(e.reason()).isEqualTo(StorageException.StorageFault.FULL))
                .hasMessageContaining("artifacts.min_free_mb");
        assertThat(store.jobs()).isEmpty();
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
                .hasMessage("\"" + name + "\" is not a valid artifact name");
        assertThat(data.resolve("x")).hasContent("outside");
    }

    @Test
    void refusesANameThatIsTooLong() {
        assertThatThrownBy(() -> store.write("job1", "a".repeat(129))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void showsAFileOnlyOnceItIsWhole() throws IOException {
        write("job1", "a", "first");
        try (ArtifactDraft draft = store.write("job1", "a")) {
            draft.write("second, of which not all".getBytes(StandardCharsets.UTF_8));
            draft.flush();

            assertThat(new String(store.read("job1", "a").readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("first");
            assertThat(names("job1")).containsExactly("a");
        }

        assertThat(folder.resolve("job1/a")).hasContent("first");
        try (Stream<Path> files = Files.list(folder.resolve("job1"))) {
            assertThat(files).as("the draft is gone").hasSize(1);
        }
    }

    @Test
    void readsAFileWholeAndInPieces() throws IOException {
        write("job1", "a", "0123456789");

        assertThat(store.size("job1", "a")).isEqualTo(10);
        assertThat(store.read("job1", "a").readAllBytes()).hasSize(10);
        assertThat(new String(store.read("job1", "a", 3, 4), StandardCharsets.UTF_8))
                .isEqualTo("3456");
        assertThat(store.read("job1", "a", 10, 0)).isEmpty();
        assertThatThrownBy(() -> store.read("job1", "a", 8, 3)).isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> store.read("job1", "b")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> store.read("job2", "a", 0, 1)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> store.size("job2", "a")).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void listsTheFilesOfAJob() throws IOException {
        write("job1", "a", "1");
        write("job1", "b", "2");
        write("job2", "c", "3");

        assertThat(names("job1")).containsExactly("a", "b");
        assertThat(names("job3")).isEmpty();
    }

    @Test
    void deletesDraftsThatNobodyWritesAnyMore() throws IOException {
        write("job1", "a", "1");
        try (ArtifactDraft old = store.write("job1", "b")) {
            Path file;
            try (Stream<Path> files = Files.list(folder.resolve("job1"))) {
                file = files.filter(path -> !path.endsWith("a")).findFirst().orElseThrow();
            }
            store.deleteDrafts("job1", Duration.ofHours(1));
            assertThat(file).exists();
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
            try (ArtifactDraft young = store.write("job1", "c")) {
                store.deleteDrafts("job1", Duration.ofHours(1));
                young.commit();
            }

            assertThat(file).doesNotExist();
            assertThatThrownBy(old::commit).isInstanceOf(IOException.class);
        }
        assertThat(names("job1")).containsExactly("a", "c");
    }
}
