package dev.rowhound.worker.upkeep;

import dev.rowhound.queue.job.EndedJobs;
import dev.rowhound.queue.job.EndedJobs.Ended;
import dev.rowhound.queue.result.Compaction;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the results of ended jobs from the store's memory into files after a delay, one job at a time on a dedicated
 * thread. Every worker node does this; it is idempotent.
 */
public final class Compactor extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);

    private static final long SWEEP_MILLIS = 2000;

    /** Limits the jobs that a sweep takes from each set. */
    private static final int MAX_JOBS = 10;

    /** How long a failed compaction is postponed. */
    private static final long RETRY_DELAY_MILLIS = 60_000;

    private final EndedJobs ended;
    private final Compaction compaction;
    private @Nullable WorkerExecutor thread;
    private @Nullable Promise<Void> idle;
    private volatile boolean stopped;
    private long timer;

    public Compactor(EndedJobs ended, Compaction compaction) {
        this.ended = ended;
        this.compaction = compaction;
    }

    @Override
    public Future<?> start() {
        // Large jobs take long, so Vert.x must not warn of a blocked thread.
        thread = vertx.createSharedWorkerExecutor("rowhound-compact-" + deploymentID(), 1, 1, TimeUnit.HOURS);
        sweep();
        return Future.succeededFuture();
    }

    /** Aborts the running compaction; another node, or this one after a restart, repeats it. */
    @Override
    public Future<?> stop() {
        stopped = true;
        vertx.cancelTimer(timer);
        Future<Void> sweepDone = idle == null ? Future.succeededFuture() : idle.future();
        return sweepDone.compose(done -> thread == null ? Future.succeededFuture() : thread.close());
    }

    private void sweep() {
        Promise<Void> done = Promise.promise();
        idle = done;
        ended.due(MAX_JOBS)
                .compose(this::compactAll)
                .onFailure(error -> LOG.debug("Ended jobs could not be checked", error))
                .onComplete(none -> {
                    idle = null;
                    if (!stopped) {
                        timer = vertx.setTimer(SWEEP_MILLIS, id -> sweep());
                    }
                    done.complete();
                });
    }

    private Future<Void> compactAll(List<Ended> jobs) {
        // Nodes that sweep at the same time start with different jobs.
        List<Ended> order = new ArrayList<>(jobs);
        Collections.shuffle(order);
        Promise<Void> done = Promise.promise();
        next(new ArrayDeque<>(order), done);
        return done.future();
    }

    private void next(Queue<Ended> jobs, Promise<Void> done) {
        Ended job = stopped ? null : jobs.poll();
        if (job == null || thread == null) {
            done.complete();
            return;
        }
        thread.executeBlocking(() -> compaction.run(job.id(), () -> !stopped))
                .compose(outcome -> {
                    if (outcome.entries() > 0) {
                        LOG.debug("{} results of job {} have been compacted", outcome.entries(), job.id());
                    }
                    return outcome.waitMillis() < 0 ? ended.done(job) : ended.putOff(job, outcome.waitMillis());
                })
                .recover(error -> {
                    LOG.warn("Job {} could not be compacted: {}", job.id(), error.toString());
                    return ended.putOff(job, RETRY_DELAY_MILLIS);
                })
                .onComplete(settled -> context.runOnContext(none -> next(jobs, done)));
    }
}
