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
 * Where jobs are made, whatever their source.
 *
 * @param jobs reads jobs
 * @param uploads brings jobs into the store
 * @param quotas how much each user may have
 * @param room whether the store takes more
 * @param wakeups tells watchers that there are events
 * @param signal tells workers that there is work
 * @param artifacts keeps the files
 * @param intake reads them
 * @param kinds what may be done with the rows
 * @param ids gives ids that follow from names
 * @param timing the time by which a job that gets no answer is sealed again
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
    /** So often an upload may be lost on its way. */
    private static final int MAX_ATTEMPTS = 20;

    /** What ends an upload through no fault of its content. */
    private static final Set<String> LOST = Set.of(
            Submission.BROKEN_OFF,
            "store_full",
            "shutting_down",
            StorageException.StorageFault.FULL.code(),
            StorageException.StorageFault.READ_ONLY.code(),
            StorageException.StorageFault.FAILED.code());

    /**
     * The id of the job that an upload becomes. Under a key it follows from user and key; an upload that was lost on its
     * way leaves its id used up, so the next attempt under the key has another.
     *
     * @param key the caller's name for the upload, or null for none
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

    /** Whether the job failed because its upload was lost on its way. */
    public static boolean lost(JobSnapshot job) {
        return job.state() == JobState.FAILED
                && job.reason() != null
                && LOST.contains(job.reason().getString("code"));
    }
}
