package dev.rowhound.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.artifact.ArtifactDraft;
import dev.rowhound.http.job.EvidencePath;
import dev.rowhound.job.Evidence;
import dev.rowhound.queue.result.EvidenceFiles;
import dev.rowhound.queue.result.JobFiles;
import dev.rowhound.redis.TestRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How long the files of attempts are kept. */
@ExtendWith(TestRedis.Extension.class)
class EvidenceFilesIT {
    private final TestRedis store;
    private final TestQueue queue;

    EvidenceFilesIT(TestRedis store) {
        this.store = store;
        this.queue = new TestQueue(store);
    }

    @Test
    void goesWhenItHasHadItsTime() throws IOException {
        String job = queue.running("a", "b");
        EvidenceFiles evidence = new EvidenceFiles(queue.artifacts, EvidencePath::of);
        Evidence picture = new Evidence(Evidence.SCREENSHOT, "image/png", new byte[10]);
        Lease first = queue.claim(job);
        EvidenceFiles.StoredFile old = evidence.store(first, List.of(picture)).get(0);
        try (ArtifactDraft input = queue.artifacts.write(job, "input-1.csv")) {
            input.write('1');
            input.commit();
        }
        FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofHours(73)));
        try (Stream<Path> all = Files.list(store.artifactFolder().resolve(job))) {
            for (Path file : all.toList()) {
                Files.setLastModifiedTime(file, longAgo);
            }
        }
        Lease second = queue.claim(job);
        EvidenceFiles.StoredFile young =
                evidence.store(second, List.of(picture)).get(0);

        new JobFiles(store.connector(), queue.artifacts, Duration.ofMinutes(10), Duration.ofHours(72))
                .tidy(job, Instant.EPOCH);

        assertThatThrownBy(() -> evidence.size(job, first.row(), old)).isInstanceOf(NoSuchFileException.class);
        assertThat(evidence.size(job, second.row(), young)).isEqualTo(10);
        assertThat(new TestFiles(queue.artifacts, job).names()).contains("input-1.csv");
    }
}
