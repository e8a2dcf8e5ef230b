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
 * Deletes the files, in this node's store, of jobs whose upload failed and of those that have expired, and those of
 * other jobs that are of no more use. Nothing is deleted while Redis does not know the folder; a job's files are noted
 * as due first and deleted when they are still due after a delay, some jobs a sweep. So a Redis that is empty by mistake
 * costs no file. As it looks at all jobs that have files, it finds again those that ended and were forgotten to be
 * compacted.
 */
public final class ArtifactSweeper extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(ArtifactSweeper.class);

    /** Of so many jobs a sweep may delete the files, however few there are. */
    static final int MIN_DELETIONS = 20;

    /** Else it may delete those of every hundredth job: ten times what goes a sweep where jobs are kept for a week. */
    private static final int JOBS_PER_DELETION = 100;

    private final ArtifactConfig config;
    private final ArtifactStore artifacts;
    private final SharedFolder folder;
    private final JobFiles files;
    private final EndedJobs ended;
    private final Function<String, Future<Boolean>> kept;
    private @Nullable WorkerExecutor thread;
    private @Nullable String mismatch;
    private volatile boolean stopped;
    private long timer;

    /**
     * For the files there.
     *
     * @param kept whether something else than a job has that id and wants its files
     */
    public ArtifactSweeper(
            ArtifactConfig config,
            ArtifactStore artifacts,
            SharedFolder folder,
            JobFiles files,
            EndedJobs ended,
            Function<String, Future<Boolean>> kept) {
        this.config = config;
        this.artifacts = artifacts;
        this.folder = folder;
        this.files = files;
        this.ended = ended;
        this.kept = kept;
    }

    @Override
    public Future<?> start() {
        WorkerExecutor own = vertx.createSharedWorkerExecutor("rowhound-sweep-" + deploymentID(), 1, 1, TimeUnit.HOURS);
        thread = own;
        own.executeBlocking(() -> {
                    artifacts.measure();
                    return null;
                })
                .onFailure(error -> LOG.warn("Stored files could not be counted: {}", error.toString()));
        schedule(own);
        return Future.succeededFuture();
    }

    private void schedule(WorkerExecutor own) {
        timer = vertx.setTimer(
                config.sweep().toMillis(),
                id -> own.executeBlocking(() -> {
                            sweep();
                            artifacts.measure();
                            return null;
                        })
                        .onFailure(error -> LOG.warn("Stored files could not be looked at: {}", error.getMessage()))
                        .onComplete(done -> {
                            if (!stopped) {
                                schedule(own);
                            }
                        }));
    }

    @Override
    public Future<?> stop() {
        stopped = true;
        vertx.cancelTimer(timer);
        return thread == null ? Future.succeededFuture() : thread.close();
    }

    /** Looks at the files of all jobs, one after the other, so that any number of jobs is no burden. Blocks. */
    void sweep() throws IOException {
        if (!known()) {
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
                if (look(job, trustedSince, deletions > 0)) {
                    deletions--;
                }
            } catch (IOException | RuntimeException e) {
                LOG.warn("The files of job {} could not be looked at: {}", job, e.toString());
            }
        }
    }

    /** Whether the store has the folder's mark; says so in the log where that has changed. */
    private boolean known() {
        String found = Compaction.await(folder.mismatch());
        if (found != null && !found.equals(mismatch)) {
            LOG.error("{}", found);
        } else if (found == null && mismatch != null) {
            LOG.info("Redis knows the folder of files again; files of no use are deleted again");
        }
        mismatch = found;
        return found == null;
    }

    /** Answers whether the files have been deleted. */
    private boolean look(String job, Instant trustedSince, boolean mayDelete) throws IOException {
        FilesState standing = files.tidy(job, trustedSince);
        if (standing.compactable()) {
            ended.remember(job);
        }
        if (needed(job, standing)) {
            artifacts.unmarkDue(job);
            return false;
        }
        Instant due = artifacts.markDue(job);
        Instant from = due.isAfter(trustedSince) ? due : trustedSince;
        // Asked once more, last of all: the store that does not know the job may be another one by now.
        if (!mayDelete || from.plus(delay()).isAfter(Instant.now()) || !known()) {
            return false;
        }
        LOG.info("The files of job {} are deleted; nothing has needed them since {}", job, due);
        artifacts.deleteAll(job);
        return true;
    }

    /** A file is there before its job or its schedule is, so that what is due waits for another sweep at least. */
    private Duration delay() {
        return config.deletionDelay().compareTo(config.sweep()) > 0 ? config.deletionDelay() : config.sweep();
    }

    private boolean needed(String job, FilesState standing) throws IOException {
        if (standing.state() == null) {
            return onlyDrafts(job) || Compaction.await(kept.apply(job));
        }
        return standing.state() != JobState.FAILED;
    }

    /** Whether what is there is still being written; drafts that nobody goes on with are gone by now. */
    private boolean onlyDrafts(String job) throws IOException {
        try (Stream<String> names = artifacts.names(job)) {
            return names.findAny().isEmpty();
        }
    }
}
