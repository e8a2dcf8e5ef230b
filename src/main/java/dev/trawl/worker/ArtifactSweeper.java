package dev.trawl.worker;

import dev.trawl.artifact.ArtifactStore;
import dev.trawl.job.JobState;
import dev.trawl.queue.Jobs;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes the files, in this node's store, of jobs whose upload failed and of those that have expired. */
public final class ArtifactSweeper extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(ArtifactSweeper.class);

    /** Files may stay this much longer than their job. */
    private static final long SWEEP_MILLIS = TimeUnit.MINUTES.toMillis(10);

    private final Jobs jobs;
    private final ArtifactStore artifacts;
    private final Function<String, Future<Boolean>> kept;
    private final Set<String> withoutJob = ConcurrentHashMap.newKeySet();
    private long timer;

    /**
     * For the files there.
     *
     * @param kept whether something else than a job has that id and wants its files
     */
    public ArtifactSweeper(Jobs jobs, ArtifactStore artifacts, Function<String, Future<Boolean>> kept) {
        this.jobs = jobs;
        this.artifacts = artifacts;
        this.kept = kept;
    }

    @Override
    public Future<?> start() {
        timer = vertx.setPeriodic(SWEEP_MILLIS, id -> sweep());
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        vertx.cancelTimer(timer);
        return Future.succeededFuture();
    }

    /** A job has ended; the files of one that failed are of no use. */
    public void ended(String job) {
        jobs.find(job).onSuccess(snapshot -> {
            if (snapshot != null && snapshot.state() == JobState.FAILED) {
                delete(job);
            }
        });
    }

    private void sweep() {
        vertx.executeBlocking(artifacts::jobs)
                .onSuccess(this::sweepThose)
                .onFailure(error -> LOG.warn("Stored files could not be listed: {}", error.getMessage()));
    }

    private void sweepThose(List<String> ids) {
        for (String job : ids) {
            jobs.find(job).onSuccess(snapshot -> {
                if (snapshot == null) {
                    kept.apply(job).onSuccess(keep -> {
                        // A file is there before its job is: only what has no job at two sweeps is left over.
                        if (!keep && !withoutJob.add(job)) {
                            withoutJob.remove(job);
                            delete(job);
                        }
                    });
                } else if (snapshot.state() == JobState.FAILED) {
                    delete(job);
                }
            });
        }
        withoutJob.retainAll(ids);
    }

    private void delete(String job) {
        vertx.executeBlocking(() -> {
                    artifacts.deleteAll(job);
                    return null;
                })
                .onFailure(error -> LOG.warn("The files of job {} could not be deleted: {}", job, error.getMessage()));
    }
}
