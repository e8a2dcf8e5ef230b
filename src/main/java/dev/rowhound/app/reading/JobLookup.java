package dev.rowhound.app.reading;

import dev.rowhound.app.Refusal;
import dev.rowhound.progress.Cursor;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import io.vertx.core.Future;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds jobs and fails with a {@link Refusal} for missing ones. */
public final class JobLookup {
    private JobLookup() {}

    /** Finds a job. Fails with {@code no_such_job} if it does not exist. */
    public static Future<JobSnapshot> find(Jobs jobs, String id) {
        return jobs.find(id)
                .compose(job -> job == null ? Future.failedFuture(noSuchJob(id)) : Future.succeededFuture(job));
    }

    /**
     * Sends the current state of a job to a watcher whose cursor is lost.
     *
     * @param place encodes the watcher's position from a cursor of that job
     * @param send sends the job and the position to the watcher
     * @return the cursor from which to continue; null if the job does not exist
     */
    public static Future<@Nullable Cursor> reset(
            Jobs jobs, String id, Function<Cursor, String> place, BiFunction<JobSnapshot, String, Future<Void>> send) {
        return jobs.find(id).compose(job -> {
            if (job == null) {
                return Future.succeededFuture();
            }
            Cursor last = new Cursor(job.lastSeq(), job.lastMark());
            return send.apply(job, place.apply(last)).map(last);
        });
    }

    public static Refusal noSuchJob(String id) {
        return Refusal.of("no_such_job", "there is no job \"" + id + "\"; it may have expired", "id");
    }

    public static Refusal noSuchRow(String job, int row) {
        return Refusal.of("no_such_row", "the job " + job + " has no row " + row, "row");
    }
}
