package dev.rowhound.worker.lease;

import dev.rowhound.job.Work;
import dev.rowhound.job.WorkKinds;
import dev.rowhound.job.WorkKinds.UnknownKindException;
import dev.rowhound.job.WorkPolicy;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import io.vertx.core.Future;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What workers must know of a job and what never changes about it, read once. An id may be given again once its job has
 * expired, so what is known holds only for a job that was opened at the spec's time. Safe for use from any thread.
 */
public class JobSpecCache {
    private static final Logger LOG = LoggerFactory.getLogger(JobSpecCache.class);
    private static final int MAX_JOBS = 256;

    private final Jobs jobs;
    private final WorkKinds kinds;
    private final Map<String, JobSpec> specs = Collections.synchronizedMap(new LinkedHashMap<>(MAX_JOBS, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, JobSpec> eldest) {
            return size() > MAX_JOBS;
        }
    });

    /** Reads from there, and compiles by these kinds. */
    public JobSpecCache(Jobs jobs, WorkKinds kinds) {
        this.jobs = jobs;
        this.kinds = kinds;
    }

    /**
     * A job as its workers see it.
     *
     * @param created when the job was opened, in milliseconds
     * @param work how its items are processed
     * @param columns the names of the input's columns
     * @param user whose job it is
     * @param priority its share beside its user's other jobs
     * @param limited whether the number of its items in flight is limited
     */
    public record JobSpec(long created, Work work, List<String> columns, String user, int priority, boolean limited) {
        /** What workers must know of its items. */
        WorkPolicy policy() {
            return work.policy();
        }
    }

    /**
     * The job's spec, or null where there is no such job, or of a kind that this node does not know: it is paused then,
     * with a reason. It may be that of an earlier job of the id.
     */
    Future<@Nullable JobSpec> find(String job) {
        JobSpec known = specs.get(job);
        if (known != null) {
            return Future.succeededFuture(known);
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

    /** Another job has the id of that spec's: the next {@link #find} reads anew. */
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
