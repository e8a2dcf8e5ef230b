package dev.rowhound.app.submission;

import dev.rowhound.app.StoreRoom;
import dev.rowhound.artifact.ArtifactStore;
import dev.rowhound.artifact.StorageException;
import dev.rowhound.intake.CsvIntake;
import dev.rowhound.job.JobState;
import dev.rowhound.job.NameIds;
import dev.rowhound.job.WorkKinds;
import dev.rowhound.limit.Quotas;
import dev.rowhound.progress.Wakeups;
import dev.rowhound.queue.WorkSignal;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.job.Uploads;
import dev.rowhound.redis.RetryPolicy;
import io.vertx.core.Future;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The services that create jobs, and the ids of new jobs.
 *
 * @param jobs reads jobs
 * @param uploads writes new jobs to the store
 * @param quotas limits each user
 * @param room whether the store accepts new data
 * @param wakeups notifies watchers of new events
 * @param signal notifies workers of new work
 * @param artifacts stores files
 * @param intake parses files
 * @param kinds the kinds of work
 * @param ids derives ids from names
 * @param timing schedules the retries of a seal without a response
 */
public record Submissions(
        Jobs jobs,
        Uploads uploads,
        Quotas quotas,
        StoreRoom room,
        Wakeups wakeups,
        WorkSignal signal,
        ArtifactStore artifacts,
        CsvIntake intake,
        WorkKinds kinds,
        NameIds ids,
        RetryPolicy.Timing timing) {
    /** Limits how many ids the lost uploads under one key may use up. */
    private static final int MAX_ATTEMPTS = 20;

    /** The failure codes of uploads that failed for reasons other than their content. */
    private static final Set<String> LOST = Set.of(
            Submission.UPLOAD_ABORTED,
            "store_full",
            "shutting_down",
            StorageException.StorageFault.FULL.code(),
            StorageException.StorageFault.READ_ONLY.code(),
            StorageException.StorageFault.FAILED.code());

    /**
     * Chooses the id of an upload's job. With an idempotency key it is derived from the user and the key; a lost upload
     * uses up its id, so the next attempt with the same key has another.
     *
     * @param key the idempotency key, or null
     */
    public Future<String> idFor(String user, @Nullable String key) {
        return key == null
                ? Future.succeededFuture(UUID.randomUUID().toString())
                : unused(attempt -> ids.of("upload", user, key, attempt), 1);
    }

    private Future<String> unused(IntFunction<String> candidates, int attempt) {
        String id = candidates.apply(attempt);
        if (attempt == MAX_ATTEMPTS) {
            return Future.succeededFuture(id);
        }
        return jobs.find(id)
                .compose(
                        job -> job != null && lost(job) ? unused(candidates, attempt + 1) : Future.succeededFuture(id));
    }

    /** Whether the job failed because its upload was lost, for reasons other than its content. */
    public static boolean lost(JobSnapshot job) {
        return job.state() == JobState.FAILED
                && job.reason() != null
                && LOST.contains(job.reason().getString("code"));
    }
}
