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
 * Tells of a job's files which are of use, and deletes the others: segments that a later one has replaced or that were
 * never taken, results of their own that lie in a segment by now, evidence that has had its time, and drafts. All
 * methods block; not for an event loop.
 */
public final class JobFiles {
    /** How many names are looked at together, so that a job may have any number of files. */
    private static final int BATCH = 1000;

    private static final Duration DRAFT_AGE = Duration.ofHours(1);

    private final RedisConnector redis;
    private final ArtifactStore artifacts;
    private final Duration delay;
    private final Duration evidence;

    /**
     * For the jobs behind that connection and their files there.
     *
     * @param delay how long a compacted job's earlier files stay: a store that loses its last history names them again,
     *     and a reader may be on its way to them
     * @param evidence how long evidence stays
     */
    public JobFiles(RedisConnector redis, ArtifactStore artifacts, Duration delay, Duration evidence) {
        this.redis = redis;
        this.artifacts = artifacts;
        this.delay = delay;
        this.evidence = evidence;
    }

    /**
     * A job as it stands.
     *
     * @param state the job's state, or null where there is no such job
     * @param compactable whether it has ended and has results in the store's memory
     */
    public record FilesState(@Nullable JobState state, boolean compactable) {}

    /**
     * Deletes what is of no use of the files of a job; none of a job that is gone or has failed.
     *
     * @param trustedSince since when the store has lost nothing, which it must not have for the whole delay
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
                while (all.hasNext() && batch.size() < BATCH) {
                    batch.add(all.next());
                }
                // What is asked after the files were seen holds for them: none of their names is given again.
                Answer answer = ask(job);
                for (String name : batch) {
                    if (answer.useless(name, delay)
                            && !trustedSince.isAfter(old)
                            && !artifacts.written(job, name).isAfter(old)) {
                        artifacts.delete(job, name);
                    }
                }
                if (!all.hasNext()) {
                    return answer.standing();
                }
                batch.clear();
            }
        }
    }

    private Answer ask(String job) {
        Keys.Job keys = Keys.job(job);
        return Compaction.await(redis.run(Scripts.FILES, List.of(keys.meta(), keys.results()), List.of())
                .map(reply -> {
                    String state = reply.text();
                    return state.isEmpty()
                            ? new Answer(null, "", "", -1, false)
                            : new Answer(
                                    JobState.of(state), reply.text(), reply.text(), reply.integer64(), reply.flag());
                }));
    }

    private record Answer(
            @Nullable JobState state, String segment, String next, long compactedMillis, boolean results) {
        private boolean ended() {
            return state == JobState.COMPLETED || state == JobState.CANCELLED;
        }

        boolean useless(String name, Duration delay) {
            boolean quiet = compactedMillis < 0 || compactedMillis > delay.toMillis();
            if (!quiet || state == null || state == JobState.FAILED) {
                return false;
            }
            return ArtifactNames.isSegment(name)
                    ? !name.equals(segment) && !name.equals(next)
                    : ended() && !results && !segment.isEmpty();
        }

        FilesState standing() {
            return new FilesState(state, ended() && results);
        }
    }
}
