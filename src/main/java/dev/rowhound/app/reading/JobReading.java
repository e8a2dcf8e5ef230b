package dev.rowhound.app.reading;

import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds a job for a download, so that it does not expire under it however slowly its client reads. */
public final class JobReading {
    private static final Logger LOG = LoggerFactory.getLogger(JobReading.class);

    /** A lease survives two renewals that are lost. */
    private static final int RENEWALS_A_LEASE = 3;

    private JobReading() {}

    /** Reads while the job is held; a job that has gone meanwhile is for the reading to find out. */
    public static Future<Void> of(Vertx vertx, Jobs jobs, JobSnapshot job, Supplier<Future<Void>> reading) {
        long renewer = vertx.setPeriodic(
                Jobs.READING.toMillis() / RENEWALS_A_LEASE,
                id -> jobs.keep(job).onFailure(error -> LOG.debug("Job {} is kept by the next call", job.id(), error)));
        return jobs.keep(job).compose(kept -> reading.get()).onComplete(done -> vertx.cancelTimer(renewer));
    }
}
