package dev.rowhound.worker.lease;

import dev.rowhound.cache.LruMap;
import dev.rowhound.job.Work;
import dev.rowhound.job.WorkKinds;
import dev.rowhound.job.WorkKinds.UnknownKindException;
import dev.rowhound.job.WorkPolicy;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Caches the immutable part of jobs that workers need. An id may be reused once its job has expired, so a cached spec
 * is valid only for a job with the same creation time. Thread-safe.
 */
public class JobSpecCache {
    private static final Logger LOG = LoggerFactory.getLogger(JobSpecCache.class);
    private static final int MAX_JOBS = 256;

    private final Jobs jobs;
    private final WorkKinds kinds;
    private final Map<String, JobSpec> specs = LruMap.threadSafe(MAX_JOBS);

    public JobSpecCache(Jobs jobs, WorkKinds kinds) {
        this.jobs = jobs;
        this.kinds = kinds;
    }

    /**
     * The part of a job that workers need.
     *
     * @param created when the job was created, in epoch milliseconds
     * @param columns the names of the input columns
     * @param user the owner of the job
     * @param priority the job's weight among the user's other jobs
     * @param limited whether the number of its running items is limited
     */
    public record JobSpec(long created, Work work, List<String> columns, String user, int priority, boolean limited) {
        WorkPolicy policy() {
            return work.policy();
        }
    }

    /**
     * Finds the spec of a job, which may be that of an expired job with the same id. Returns null if the job does not
     * exist, or if this node does not know its kind; the job is then paused with a reason.
     */
    Future<@Nullable JobSpec> find(String job) {
        JobSpec cached = specs.get(job);
        if (cached != null) {
            return Future.succeededFuture(cached);
        }
        return jobs.find(job).compose(snapshot -> {
            try {
                return Future.succeededFuture(snapshot == null ? null : keep(snapshot));
            } catch (UnknownKindException e) {
                LOG.error("Job {} is paused: {}", job, e.getMessage());
                return jobs.halt(job, UnknownKindException.CODE, String.valueOf(e.getMessage()))
                        .map(halted -> null);
            }
        });
    }

    /** Evicts the spec of an expired job whose id another job has. */
    void forget(String job, JobSpec spec) {
        specs.remove(job, spec);
    }

    private JobSpec keep(JobSnapshot snapshot) {
        JobSpec spec = new JobSpec(
                snapshot.created().toEpochMilli(),
                kinds.compile(snapshot.recipe()),
                snapshot.columns(),
                snapshot.user(),
                snapshot.pace().priority(),
                snapshot.pace().concurrency() > 0);
        specs.put(snapshot.id(), spec);
        return spec;
    }
}
