package dev.rowhound.app.reading;

import dev.rowhound.app.Refusal;
import dev.rowhound.progress.Cursor;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import io.vertx.core.Future;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds jobs that have to be there. */
public final class JobLookup {
    private JobLookup() {}

    /** The job of that id. Fails with {@code no_such_job} where there is none. */
    public static Future<JobSnapshot> find(Jobs jobs, String id) {
        return jobs.find(id)
                .compose(job -> job == null ? Future.failedFuture(noSuchJob(id)) : Future.succeededFuture(job));
    }

    /**
     * Gives a watcher whose cursor is lost the job as it stands.
     *
     * @param place the watcher's place with a cursor of that job
     * @param tell takes the job and that place
     * @return where to go on; null where there is no such job
     */
    public static Future<@Nullable Cursor> reset(
            Jobs jobs, String id, Function<Cursor, String> place, BiFunction<JobSnapshot, String, Future<Void>> tell) {
        return jobs.find(id).compose(present -> {
            if (present == null) {
                return Future.succeededFuture();
            }
            Cursor last = new Cursor(present.lastSeq(), present.lastMark());
            return tell.apply(present, place.apply(last)).map(last);
        });
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
