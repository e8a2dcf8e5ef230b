package dev.rowhound.app.reading;

import dev.rowhound.app.Refusal;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import io.vertx.core.Future;

/** Finds jobs that have to be there. */
public final class JobLookup {
    private JobLookup() {}

    /** The job of that id. Fails with {@code no_such_job} where there is none. */
    public static Future<JobSnapshot> find(Jobs jobs, String id) {
        return jobs.find(id)
                .compose(job -> job == null ? Future.failedFuture(noSuchJob(id)) : Future.succeededFuture(job));
    }

    /** There is no job of that id. */
    public static Refusal noSuchJob(String id) {
        return Refusal.of("no_such_job", "there is no job \"" + id + "\"; it may have expired", "id");
    }

    /** The job has no row of that number. */
    public static Refusal noSuchRow(String job, int row) {
        return Refusal.of("no_such_row", "the job " + job + " has no row " + row, "row");
    }
}
