package dev.rowhound.app.reading;

import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a job from expiring during a download, however slowly the client reads. */
public final class JobReading {
    private static final Logger LOG = LoggerFactory.getLogger(JobReading.class);

    /** A lease survives two lost renewals. */
    private static final int RENEWALS_PER_LEASE = 3;

    private JobReading() {}

    /** Runs a read while the job is kept; the read itself must detect a job that has already expired. */
    public static Future<Void> of(Vertx vertx, Jobs jobs, JobSnapshot job, Supplier<Future<Void>> reading) {
        long renewer = vertx.setPeriodic(
                Jobs.READING.toMillis() / RENEWALS_PER_LEASE,
                id -> jobs.extend(job)
                        .onFailure(error -> LOG.debug(
                                "The expiry of job {} could not be extended; the next call retries", job.id(), error)));
        return jobs.extend(job).compose(kept -> reading.get()).onComplete(done -> vertx.cancelTimer(renewer));
    }
}
