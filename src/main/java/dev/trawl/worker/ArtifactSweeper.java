package dev.trawl.worker;

import dev.trawl.artifact.ArtifactStore;
import dev.trawl.job.JobState;
import dev.trawl.queue.EndedJobs;
import dev.trawl.queue.JobFiles;
import dev.trawl.queue.JobFiles.Standing;
import dev.trawl.queue.Jobs;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the files, in this node's store, of jobs whose upload failed and of those that have expired, and those of
 * other jobs that are of no more use. As it looks at all jobs that have files, it finds again those that ended and were
 * forgotten to be compacted.
 */
public final class ArtifactSweeper extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(ArtifactSweeper.class);

    /** Files may stay this much longer than their job. */
    private static final long SWEEP_MILLIS = TimeUnit.MINUTES.toMillis(10);

    private final Jobs jobs;
    private final ArtifactStore artifacts;
    private final JobFiles files;
    private final EndedJobs ended;
    private final Function<String, Future<Boolean>> kept;
    private final Set<String> withoutJob = new HashSet<>();
    private @Nullable WorkerExecutor thread;
    private volatile boolean stopped;
    private long timer;

    /**
     * For the files there.
     *
     * @param kept whether something else than a job has that id and wants its files
     */
    public ArtifactSweeper(
            Jobs jobs,
            ArtifactStore artifacts,
            JobFiles files,
            EndedJobs ended,
            Function<String, Future<Boolean>> kept) {
        this.jobs = jobs;
        this.artifacts = artifacts;
        this.files = files;
        this.ended = ended;
        this.kept = kept;
    }

    @Override
    public Future<?> start() {
        WorkerExecutor own = vertx.createSharedWorkerExecutor("trawl-sweep-" + deploymentID(), 1, 1, TimeUnit.HOURS);
        thread = own;
        timer = vertx.setPeriodic(
                SWEEP_MILLIS,
                id -> own.executeBlocking(() -> {
                            sweep();
                            return null;
                        })
                        .onFailure(error -> LOG.warn("Stored files could not be listed: {}", error.getMessage())));
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        stopped = true;
        vertx.cancelTimer(timer);
        return thread == null ? Future.succeededFuture() : thread.close();
    }

    /** A job has ended; the files of one that failed are of no use. */
    public void ended(String job) {
        jobs.find(job).onSuccess(snapshot -> {
            if (snapshot != null && snapshot.state() == JobState.FAILED) {
                vertx.executeBlocking(() -> {
                            artifacts.deleteAll(job);
                            return null;
                        })
                        .onFailure(error ->
                                LOG.warn("The files of job {} could not be deleted: {}", job, error.getMessage()));
            }
        });
    }

    /** Looks at the files of all jobs, one after the other, so that any number of jobs is no burden. Blocks. */
    void sweep() throws IOException {
        List<String> ids = artifacts.jobs();
        for (String job : ids) {
            if (stopped) {
                return;
            }
            try {
                look(job);
            } catch (IOException | RuntimeException e) {
                LOG.warn("The files of job {} could not be looked at: {}", job, e.toString());
            }
        }
        withoutJob.retainAll(ids);
    }

    private void look(String job) throws IOException {
        Standing standing = files.tidy(job);
        if (standing.state() == null && (onlyDrafts(job) || wanted(job))) {
            withoutJob.remove(job);
            return;
        }
        // A file is there before its job is: only what has no job at two sweeps is left over.
        if (standing.state() == null ? !withoutJob.add(job) : standing.state() == JobState.FAILED) {
            withoutJob.remove(job);
            artifacts.deleteAll(job);
        } else if (standing.compactable()) {
            ended.remember(job);
        }
    }

    /** Whether what is there is still being written; drafts that nobody goes on with are gone by now. */
    private boolean onlyDrafts(String job) throws IOException {
        try (Stream<String> names = artifacts.names(job)) {
            return names.findAny().isEmpty();
        }
    }

    /** Waits for the store, which answers or fails within its time limit. */
    private boolean wanted(String id) {
        return kept.apply(id).toCompletionStage().toCompletableFuture().join();
    }
}
