package dev.trawl.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trawl.artifact.ArtifactDraft;
import dev.trawl.artifact.ArtifactStore;
import dev.trawl.artifact.FolderArtifactStore;
import dev.trawl.config.JsonReader;
import dev.trawl.config.Problems;
import dev.trawl.queue.EndedJobs;
import dev.trawl.queue.JobFiles;
import dev.trawl.queue.Jobs;
import dev.trawl.queue.QueueConfig;
import dev.trawl.redis.TestRedis;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Files that belong to no job. */
@ExtendWith(TestRedis.Extension.class)
class ArtifactSweeperIT {
    private final TestRedis redis;

    @TempDir
    private Path folder;

    ArtifactSweeperIT(TestRedis redis) {
        this.redis = redis;
    }

    @Test
    void deletesWhatNobodyWantsAtTheSecondLook() throws IOException {
        ArtifactStore artifacts = new FolderArtifactStore(folder);
        QueueConfig config = QueueConfig.from(new JsonReader(new JsonObject(), new Problems("the test")));
        ArtifactSweeper sweeper = new ArtifactSweeper(
                new Jobs(redis.connector(), config),
                artifacts,
                new JobFiles(redis.connector(), artifacts, JobFiles.GRACE, Duration.ofHours(72)),
                new EndedJobs(redis.connector(), config),
                id -> Future.succeededFuture(id.equals("schedule")));
        put(artifacts, "schedule");
        put(artifacts, "left");
        try (ArtifactDraft slow = artifacts.write("slow", "input.csv")) {
            sweeper.sweep();
            assertThat(artifacts.jobs()).containsExactlyInAnyOrder("schedule", "left", "slow");
            sweeper.sweep();
            sweeper.sweep();
            assertThat(artifacts.jobs()).containsExactlyInAnyOrder("schedule", "slow");
            slow.commit();
        }
        sweeper.sweep();
        assertThat(artifacts.jobs()).containsExactlyInAnyOrder("schedule", "slow");
        sweeper.sweep();
        assertThat(artifacts.jobs()).containsExactly("schedule");
    }

    private static void put(ArtifactStore artifacts, String id) throws IOException {
        try (ArtifactDraft file = artifacts.write(id, "input.csv")) {
            file.write('1');
            file.commit();
        }
    }
}
