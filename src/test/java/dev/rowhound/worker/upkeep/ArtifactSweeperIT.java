package dev.rowhound.worker.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.artifact.ArtifactConfig;
import dev.rowhound.artifact.ArtifactDraft;
import dev.rowhound.artifact.FolderArtifactStore;
import dev.rowhound.config.JsonReader;
import dev.rowhound.config.Problems;
import dev.rowhound.queue.QueueConfig;
import dev.rowhound.queue.job.EndedJobs;
import dev.rowhound.queue.result.JobFiles;
import dev.rowhound.queue.result.SharedFolder;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Files that belong to no job, beside a store that knows the folder, and beside others. */
@ExtendWith(TestRedis.Extension.class)
@Timeout(60)
class ArtifactSweeperIT {
    private static final Duration DELAY = Duration.ofHours(72);
    private static final Duration LONGER = DELAY.plusMinutes(1);
    private static final Duration SHORTER = DELAY.minusMinutes(1);

    private final TestRedis redis;
    private final Set<String> schedules = new HashSet<>();

    @TempDir
    private Path folder;

    private FolderArtifactStore artifacts;
    private SharedFolder shared;

    ArtifactSweeperIT(TestRedis redis) {
        this.redis = redis;
    }

    @BeforeEach
    void markTheFolder() throws IOException {
        artifacts = new FolderArtifactStore(folder);
        shared = new SharedFolder(redis.vertx(), redis.connector(), artifacts);
        Await.result(shared.check(null));
        age(".mark", Duration.ofDays(30));
    }

    private ArtifactSweeper sweeper() {
        return sweeper(id -> Future.succeededFuture(schedules.contains(id)));
    }

    private ArtifactSweeper sweeper(Function<String, Future<Boolean>> kept) {
        QueueConfig config = QueueConfig.from(new JsonReader(new JsonObject(), new Problems("the test")));
        return new ArtifactSweeper(
                new ArtifactConfig(null, null, Duration.ofMinutes(10), DELAY, 0, 0, DELAY),
                artifacts,
                shared,
                new JobFiles(redis.connector(), artifacts, DELAY, DELAY),
                new EndedJobs(redis.connector(), config),
                kept);
    }

    private void age(String file, Duration age) throws IOException {
        Files.setLastModifiedTime(
                folder.resolve(file), FileTime.from(Instant.now().minus(age)));
    }

    private void put(String id) throws IOException {
        try (ArtifactDraft file = artifacts.write(id, "input.csv")) {
            file.write('1');
            file.commit();
        }
    }

    @Test
    void deletesWhatNothingHasNeededForDays() throws IOException {
        schedules.add("schedule");
        put("schedule");
        put("left");
        try (ArtifactDraft slow = artifacts.write("slow", "input.csv")) {
            sweeper().sweep();
            sweeper().sweep();
            age("left/.due", SHORTER);
            sweeper().sweep();
            assertThat(artifacts.jobs()).containsExactlyInAnyOrder("schedule", "left", "slow");
            age("left/.due", LONGER);
            sweeper().sweep();
            assertThat(artifacts.jobs()).containsExactlyInAnyOrder("schedule", "slow");
            slow.commit();
        }
        sweeper().sweep();
        age("slow/.due", LONGER);
        sweeper().sweep();
        assertThat(artifacts.jobs()).containsExactly("schedule");
    }

    @Test
    void forgetsThatFilesWereDueWhichAreNeededAgain() throws IOException {
        put("back");
        sweeper().sweep();
        age("back/.due", LONGER);
        schedules.add("back");
        sweeper().sweep();
        schedules.clear();
        sweeper().sweep();

        assertThat(artifacts.jobs()).containsExactly("back");
        assertThat(artifacts.markDue("back")).isAfter(Instant.now().minus(SHORTER));
    }

    @Test
    void keepsTheFilesOfAFailedJobForAsLong() throws IOException {
        put("failed");
        redis.send(Command.HSET, Keys.job("failed").meta(), "state", "failed");
        sweeper().sweep();
        sweeper().sweep();
        assertThat(artifacts.jobs()).containsExactly("failed");
        age("failed/.due", LONGER);
        sweeper().sweep();
        assertThat(artifacts.jobs()).isEmpty();
    }

    @Test
    void leavesEverythingAloneWhereTheStoreDoesNotKnowTheFolder() throws Exception {
        put("job");
        put("old");
        sweeper().sweep();
        age("old/.due", LONGER);
        age("old/input.csv", Duration.ofDays(60));
        String mark = redis.send(Command.GET, Keys.ARTIFACT_FOLDER).toString();

        redis.send(Command.FLUSHALL, "SYNC");
        sweeper().sweep();
        sweeper().sweep();
        redis.send(Command.SET, Keys.ARTIFACT_FOLDER, "another");
        sweeper().sweep();
        sweeper().sweep();

        assertThat(artifacts.jobs()).containsExactlyInAnyOrder("job", "old");
        assertThat(redis.send(Command.GET, Keys.ARTIFACT_FOLDER)).hasToString("another");
        redis.send(Command.SET, Keys.ARTIFACT_FOLDER, mark);
        sweeper().sweep();
        assertThat(artifacts.jobs())
                .as("the store has lost the count of sweeps")
                .containsExactlyInAnyOrder("job", "old");
        age(".mark", LONGER);
        sweeper().sweep();
        assertThat(artifacts.jobs()).containsExactly("job");
    }

    @Test
    void noticesAStoreThatIsReplacedWithinASweep() throws Exception {
        put("job");
        sweeper().sweep();
        age("job/.due", LONGER);

        sweeper(id -> redis.connector().send(Command.FLUSHALL).map(false)).sweep();

        assertThat(artifacts.jobs()).containsExactly("job");
    }

    @Test
    void givesAStoreThatHasLostItsLastHistoryTheWholeTimeOnceMore() throws Exception {
        sweeper().sweep();
        String before = redis.send(Command.GET, Keys.ARTIFACT_SWEEPS).toString();
        put("lost");
        sweeper().sweep();
        age("lost/.due", LONGER);

        redis.send(Command.SET, Keys.ARTIFACT_SWEEPS, before);
        sweeper().sweep();
        sweeper().sweep();
        assertThat(artifacts.jobs()).containsExactly("lost");
        age(".mark", LONGER);
        sweeper().sweep();
        assertThat(artifacts.jobs()).isEmpty();
    }

    @Test
    void deletesTheFilesOfSomeJobsASweep() throws IOException {
        for (int i = 0; i < ArtifactSweeper.MIN_DELETIONS + 5; i++) {
            put("left-" + i);
        }
        sweeper().sweep();
        for (String job : artifacts.jobs()) {
            age(job + "/.due", LONGER);
        }

        sweeper().sweep();
        assertThat(artifacts.jobs()).hasSize(5);
        sweeper().sweep();
        assertThat(artifacts.jobs()).isEmpty();
    }
}
