package dev.rowhound.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.Await;
import dev.rowhound.artifact.ArtifactDraft;
import dev.rowhound.artifact.FolderArtifactStore;
import dev.rowhound.queue.result.SharedFolder;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(TestRedis.Extension.class)
@Timeout(60)
class SharedFolderIT {
    private final TestRedis redis;

    @TempDir
    private Path folder;

    SharedFolderIT(TestRedis redis) {
        this.redis = redis;
    }

    private FolderArtifactStore store(String name) throws IOException {
        return new FolderArtifactStore(folder.resolve(name));
    }

    private SharedFolder shared(String name) throws IOException {
        return new SharedFolder(redis.vertx(), redis.connector(), store(name));
    }

    private void check(String name) throws IOException {
        check(name, null);
    }

    private void check(String name, @Nullable String adopt) throws IOException {
        Await.result(shared(name).check(adopt));
    }

    private void put(String name) throws IOException {
        try (ArtifactDraft file = store(name).write("job", "input.csv")) {
            file.commit();
        }
    }

    private String known() {
        return redis.send(Command.GET, Keys.ARTIFACT_FOLDER).toString();
    }

    @Test
    void nodesThatShareAFolderStart() throws IOException {
        check("one");
        check("one");

        assertThat(known()).isEqualTo(store("one").mark().read());
        assertThat(store("one").jobs()).isEmpty();
        assertThat(Await.result(shared("one").mismatch())).isNull();
    }

    @Test
    void nodesThatStartAtOnceGiveTheFolderOneMark() throws IOException {
        for (int i = 0; i < 20; i++) {
            redis.send(Command.DEL, Keys.ARTIFACT_FOLDER);
            String name = "folder-" + i;
            SharedFolder one = shared(name);
            SharedFolder other = shared(name);

            Await.result(Future.all(one.check(null), other.check(null)));

            assertThat(known()).isEqualTo(store(name).mark().read());
            try (Stream<Path> files = Files.list(folder.resolve(name))) {
                assertThat(files.map(file -> file.getFileName().toString())).containsExactly(".mark");
            }
        }
    }

    @Test
    void anotherFolderIsRefused() throws IOException {
        check("one");

        assertThatThrownBy(() -> check("other"))
                .hasStackTraceContaining("artifacts.folder")
                .hasStackTraceContaining(folder.resolve("other").toString());
        assertThat(Await.result(shared("other").mismatch())).contains("another folder");
        store("marked").mark().replace("of-another-cluster");
        assertThatThrownBy(() -> check("marked")).hasStackTraceContaining("artifacts.folder");
        assertThat(known()).isEqualTo(store("one").mark().read());
    }

    @Test
    void aStoreThatHasForgottenTheMarkTakesAnEmptyFoldersOwn() throws IOException {
        check("one");
        String mark = store("one").mark().read();
        redis.send(Command.DEL, Keys.ARTIFACT_FOLDER);

        check("one");

        assertThat(known()).isEqualTo(mark);
    }

    @Test
    void anEmptyStoreIsRefusedBesideAFolderWithFiles() throws IOException {
        check("one");
        put("one");
        put("unmarked");
        redis.send(Command.FLUSHALL, "SYNC");

        for (String name : new String[] {"one", "unmarked"}) {
            assertThatThrownBy(() -> check(name))
                    .hasStackTraceContaining("holds the files of 1 jobs and schedules")
                    .hasStackTraceContaining(
                            "--set artifacts.adopt=" + store(name).mark().read());
            assertThat(redis.send(Command.GET, Keys.ARTIFACT_FOLDER)).isNull();
        }
        assertThat(Await.result(shared("one").mismatch())).contains("no file is deleted");
    }

    @Test
    void takesAFolderOverOnce() throws IOException {
        check("one");
        put("one");
        String mark = store("one").mark().read();
        redis.send(Command.FLUSHALL, "SYNC");
        assertThatThrownBy(() -> check("one", "another")).hasStackTraceContaining("artifacts.adopt=" + mark);

        check("one", mark);
        check("one", mark);
        check("one");

        assertThat(known()).isEqualTo(store("one").mark().read()).isNotEqualTo(mark);
        redis.send(Command.FLUSHALL, "SYNC");
        assertThatThrownBy(() -> check("one", mark)).hasStackTraceContaining("artifacts.adopt");
    }

    @Test
    void takesAFolderOverInPlaceOfALostOne() throws IOException {
        check("lost");
        assertThatThrownBy(() -> check("fresh")).hasStackTraceContaining("artifacts.folder");

        check("fresh", store("fresh").mark().read());

        assertThat(known()).isEqualTo(store("fresh").mark().read());
        assertThat(Await.result(shared("lost").mismatch())).contains("another folder");
    }
}
