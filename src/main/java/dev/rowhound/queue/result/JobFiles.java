package dev.rowhound.queue.result;

import dev.rowhound.artifact.ArtifactNames;
import dev.rowhound.artifact.ArtifactStore;
import dev.rowhound.job.JobState;
import dev.rowhound.queue.Scripts;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.RedisConnector;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Deletes a job's obsolete files: segments that were replaced or never committed, single results that are in a segment,
 * evidence past its retention, and drafts. All methods block: do not call them on an event loop.
 */
public final class JobFiles {
    /** How many names are examined at once, so that a job may have any number of files. */
    private static final int BATCH_SIZE = 1000;

    private static final Duration DRAFT_AGE = Duration.ofHours(1);

    private final RedisConnector redis;
    private final ArtifactStore artifacts;
    private final Duration delay;
    private final Duration evidence;

    /**
     * @param delay how long a compacted job's earlier files stay: a Redis that loses recent writes refers to them
     *     again, and a reader may be about to open them
     * @param evidence how long evidence stays
     */
    public JobFiles(RedisConnector redis, ArtifactStore artifacts, Duration delay, Duration evidence) {
        this.redis = redis;
        this.artifacts = artifacts;
        this.delay = delay;
        this.evidence = evidence;
    }

    /**
     * A job's state.
     *
     * @param state the state, or null if the job does not exist
     * @param compactable whether it has ended and has results in Redis
     */
    public record FilesState(@Nullable JobState state, boolean compactable) {}

    /**
     * Deletes a job's obsolete files; none if the job does not exist or has failed.
     *
     * @param trustedSince since when Redis has lost no data, which must be longer than the delay
     */
    public FilesState tidy(String job, Instant trustedSince) throws IOException {
        Instant old = Instant.now().minus(delay);
        artifacts.deleteDrafts(job, DRAFT_AGE);
        EvidenceFiles.sweep(artifacts, job, evidence);
        try (Stream<String> names = artifacts.names(job)) {
            Iterator<String> all = names.filter(name -> ArtifactNames.isSegment(name) || ArtifactNames.isResult(name))
                    .iterator();
            List<String> batch = new ArrayList<>();
            while (true) {
                while (all.hasNext() && batch.size() < BATCH_SIZE) {
                    batch.add(all.next());
                }
                // Redis is queried after the files were listed, so the reply holds for them: names are never reused.
                References references = references(job);
                for (String name : batch) {
                    if (references.obsolete(name, delay)
                            && !trustedSince.isAfter(old)
                            && !artifacts.written(job, name).isAfter(old)) {
                        artifacts.delete(job, name);
                    }
                }
                if (!all.hasNext()) {
                    return references.filesState();
                }
                batch.clear();
            }
        }
    }

    private References references(String job) {
        Keys.Job keys = Keys.job(job);
        return Compaction.await(redis.run(Scripts.FILES, List.of(keys.meta(), keys.results()), List.of())
                .map(reply -> {
                    String state = reply.text();
                    return state.isEmpty()
                            ? new References(null, "", "", -1, false)
                            : new References(
                                    JobState.of(state), reply.text(), reply.text(), reply.integer64(), reply.flag());
                }));
    }

    private record References(
            @Nullable JobState state, String segment, String next, long compactedMillis, boolean results) {
        private boolean ended() {
            return state == JobState.COMPLETED || state == JobState.CANCELLED;
        }

        boolean obsolete(String name, Duration delay) {
            boolean delayPassed = compactedMillis < 0 || compactedMillis > delay.toMillis();
            if (!delayPassed || state == null || state == JobState.FAILED) {
                return false;
            }
            return ArtifactNames.isSegment(name)
                    ? !name.equals(segment) && !name.equals(next)
                    : ended() && !results && !segment.isEmpty();
        }

        FilesState filesState() {
            return new FilesState(state, ended() && results);
        }
    }
}
