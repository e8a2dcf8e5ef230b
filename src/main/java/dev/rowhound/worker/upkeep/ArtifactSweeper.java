package dev.rowhound.worker.upkeep;

import dev.rowhound.artifact.ArtifactConfig;
import dev.rowhound.artifact.ArtifactStore;
import dev.rowhound.job.JobState;
import dev.rowhound.queue.job.EndedJobs;
import dev.rowhound.queue.result.Compaction;
import dev.rowhound.queue.result.JobFiles;
import dev.rowhound.queue.result.JobFiles.FilesState;
import dev.rowhound.queue.result.SharedFolder;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes unused files from this node's store: those of expired jobs and failed uploads, and superseded files of other
 * jobs. The sweeper deletes nothing while Redis does not know the folder. It first marks the files of a job as due, and
 * deletes them if they are still due after a delay, for a limited number of jobs per sweep, so that an accidentally
 * empty Redis does not lose files. It also finds ended jobs that were never queued for compaction.
 */
public final class ArtifactSweeper extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(ArtifactSweeper.class);

    /** A sweep may delete the files of this many jobs, however few jobs there are. */
    static final int MIN_DELETIONS = 20;

    /** A sweep may delete 1% of the jobs: ten times what expires between sweeps if jobs are kept for a week. */
    private static final int JOBS_PER_DELETION = 100;

    private final ArtifactConfig config;
    private final ArtifactStore artifacts;
    private final SharedFolder folder;
    private final JobFiles files;
    private final EndedJobs ended;
    private final Function<String, Future<Boolean>> usedElsewhere;
    private @Nullable WorkerExecutor thread;
    private @Nullable String mismatch;
    private volatile boolean stopped;
    private long timer;

    /**
     * @param usedElsewhere whether something other than a job, such as a schedule, has an id and needs its files
     */
    public ArtifactSweeper(
            ArtifactConfig config,
            ArtifactStore artifacts,
            SharedFolder folder,
            JobFiles files,
            EndedJobs ended,
            Function<String, Future<Boolean>> usedElsewhere) {
        this.config = config;
        this.artifacts = artifacts;
        this.folder = folder;
        this.files = files;
        this.ended = ended;
        this.usedElsewhere = usedElsewhere;
    }

    @Override
    public Future<?> start() {
        WorkerExecutor executor =
                vertx.createSharedWorkerExecutor("rowhound-sweep-" + deploymentID(), 1, 1, TimeUnit.HOURS);
        thread = executor;
        executor.executeBlocking(() -> {
                    artifacts.measure();
                    return null;
                })
                .onFailure(error -> LOG.warn("Stored files could not be counted: {}", error.toString()));
        schedule(executor);
        return Future.succeededFuture();
    }

    private void schedule(WorkerExecutor executor) {
        timer = vertx.setTimer(
                config.sweep().toMillis(),
                id -> executor.executeBlocking(() -> {
                            sweep();
                            artifacts.measure();
                            return null;
                        })
                        .onFailure(error -> LOG.warn("Stored files could not be checked: {}", error.getMessage()))
                        .onComplete(done -> {
                            if (!stopped) {
                                schedule(executor);
                            }
                        }));
    }

    @Override
    public Future<?> stop() {
        stopped = true;
        vertx.cancelTimer(timer);
        return thread == null ? Future.succeededFuture() : thread.close();
    }

    /** Checks the files of all jobs one by one, so that memory use does not grow with their number. Blocks. */
    void sweep() throws IOException {
        if (!folderKnown()) {
            return;
        }
        Instant trustedSince = folder.countSweep();
        List<String> ids = artifacts.jobs();
        int deletions = Math.max(MIN_DELETIONS, ids.size() / JOBS_PER_DELETION);
        for (String job : ids) {
            if (stopped) {
                return;
            }
            try {
                if (sweepJob(job, trustedSince, deletions > 0)) {
                    deletions--;
                }
            } catch (IOException | RuntimeException e) {
                LOG.warn("The files of job {} could not be checked: {}", job, e.toString());
            }
        }
    }

    /** Whether the store has the folder's mark; logs changes. */
    private boolean folderKnown() {
        String problem = Compaction.await(folder.mismatch());
        if (problem != null && !problem.equals(mismatch)) {
            LOG.error("{}", problem);
        } else if (problem == null && mismatch != null) {
            LOG.info("Redis recognises the artifact folder again; unused files are deleted again");
        }
        mismatch = problem;
        return problem == null;
    }

    /** Marks or deletes the files of one job. Returns whether they were deleted. */
    private boolean sweepJob(String job, Instant trustedSince, boolean mayDelete) throws IOException {
        FilesState filesState = files.tidy(job, trustedSince);
        if (filesState.compactable()) {
            ended.remember(job);
        }
        if (needed(job, filesState)) {
            artifacts.unmarkDue(job);
            return false;
        }
        Instant due = artifacts.markDue(job);
        Instant from = due.isAfter(trustedSince) ? due : trustedSince;
        // The folder is checked again last, because the Redis that does not know the job may have been replaced.
        if (!mayDelete || from.plus(delay()).isAfter(Instant.now()) || !folderKnown()) {
            return false;
        }
        LOG.info("The files of job {} are deleted; they have been unused since {}", job, due);
        artifacts.deleteAll(job);
        return true;
    }

    /** At least one sweep interval, because a file exists before its job or schedule does. */
    private Duration delay() {
        return config.deletionDelay().compareTo(config.sweep()) > 0 ? config.deletionDelay() : config.sweep();
    }

    private boolean needed(String job, FilesState filesState) throws IOException {
        if (filesState.state() == null) {
            return onlyDrafts(job) || Compaction.await(usedElsewhere.apply(job));
        }
        return filesState.state() != JobState.FAILED;
    }

    /** Whether all files are still being written; abandoned drafts have already been deleted. */
    private boolean onlyDrafts(String job) throws IOException {
        try (Stream<String> names = artifacts.names(job)) {
            return names.findAny().isEmpty();
        }
    }
}
