package dev.trawl.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trawl.artifact.FolderArtifactStore;
import dev.trawl.redis.Await;
import dev.trawl.redis.Keys;
import dev.trawl.redis.TestRedis;
import io.vertx.redis.client.Command;
import java.io.IOException;
import java.nio.file.Path;
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

    private void check(String name) throws IOException {
        Await.result(SharedFolder.check(redis.vertx(), redis.connector(), store(name)));
    }

    @Test
    void nodesThatShareAFolderStart() throws IOException {
        check("one");
        check("one");

        assertThat(redis.send(Command.GET, Keys.ARTIFACT_FOLDER).toString())
                .isEqualTo(store("one").mark());
        assertThat(store("one").jobs()).isEmpty();
    }

    @Test
    void anotherFolderIsRefused() throws IOException {
        check("one");

        assertThatThrownBy(() -> check("other"))
                .hasStackTraceContaining("artifacts.folder")
                .hasStackTraceContaining(folder.resolve("other").toString());
        store("marked").mark("of another cluster");
        assertThatThrownBy(() -> check("marked")).hasStackTraceContaining("artifacts.folder");
        assertThat(store("other").mark()).isNull();
    }

    @Test
    void aStoreThatHasForgottenTheMarkTakesTheFoldersOwn() throws IOException {
        check("one");
        String mark = store("one").mark();
        redis.send(Command.DEL, Keys.ARTIFACT_FOLDER);

        check("one");

        assertThat(redis.send(Command.GET, Keys.ARTIFACT_FOLDER).toString()).isEqualTo(mark);
    }
}
