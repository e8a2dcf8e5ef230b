package dev.rowhound.worker.upkeep;

import dev.rowhound.job.JobState;
import dev.rowhound.limit.Quotas;
import dev.rowhound.progress.Wakeups;
import dev.rowhound.queue.AsyncLoop;
import dev.rowhound.queue.FairScheduler;
import dev.rowhound.queue.FairScheduler.QueuedJob;
import dev.rowhound.queue.WorkSignal;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.job.OpenJobs;
import dev.rowhound.redis.StoreUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recovers open jobs: reclaims the items of lost workers, offers jobs that are missing from the scheduler, fails
 * aborted uploads, and removes ended jobs. Every worker node does this; it is idempotent.
 */
public final class Recoverer extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(Recoverer.class);

    /** The interval between sweeps, which is also the maximum delay of a retry. */
    private static final long SWEEP_MILLIS = 500;

    /** How many jobs a sweep handles at once, so that the calls of uploads and slots pass between them. */
    private static final int MAX_CONCURRENT_TICKS = 32;

    /** How long a sweep excludes other nodes; shorter than the interval, so that the same node may sweep again. */
    private static final Duration SWEEP_LOCK = Duration.ofMillis(SWEEP_MILLIS * 4 / 5);

    /** Delays the first sweep after the store was unavailable, so that waiting workers renew their leases first. */
    private static final long RETURN_DELAY_MILLIS = 3000;

    /** The interval between rebuilds of the indexes, which only data loss in the store makes necessary. */
    private static final long REINDEX_MILLIS = TimeUnit.MINUTES.toMillis(10);

    private final OpenJobs open;
    private final Jobs jobs;
    private final FairScheduler turns;
    private final FairScheduler questionTurns;
    private final Quotas quotas;
    private final WorkSignal signal;
    private final Wakeups wakeups;
    private long timer;
    private long reindexTimer;
    private boolean reindexing;
    private boolean stopped;
    private boolean storeAway;

    /**
     * @param questionTurns the scheduler of jobs whose items ask
     */
    public Recoverer(
            OpenJobs open,
            Jobs jobs,
            FairScheduler turns,
            FairScheduler questionTurns,
            Quotas quotas,
            WorkSignal signal,
            Wakeups wakeups) {
        this.open = open;
        this.jobs = jobs;
        this.turns = turns;
        this.questionTurns = questionTurns;
        this.quotas = quotas;
        this.signal = signal;
        this.wakeups = wakeups;
    }

    @Override
    public Future<?> start() {
        sweep();
        reindex();
        reindexTimer = vertx.setPeriodic(REINDEX_MILLIS, id -> reindex());
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        stopped = true;
        vertx.cancelTimer(timer);
        vertx.cancelTimer(reindexTimer);
        return Future.succeededFuture();
    }

    private void reindex() {
        if (reindexing) {
            return;
        }
        reindexing = true;
        open.reindex()
                .onFailure(error -> LOG.debug("The indexes of jobs could not be rebuilt", error))
                .onComplete(done -> reindexing = false);
    }

    private void sweep() {
        boolean storeWasAway = storeAway;
        storeAway = true;
        open.sweep(SWEEP_LOCK)
                .compose(jobs -> {
                    storeAway = false;
                    return storeWasAway ? Future.succeededFuture() : tickAll(jobs);
                })
                .onComplete(done -> {
                    if (done.failed()) {
                        LOG.debug("Open jobs could not be checked", done.cause());
                    }
                    if (!stopped) {
                        timer = vertx.setTimer(
                                storeWasAway && !storeAway ? RETURN_DELAY_MILLIS : SWEEP_MILLIS, id -> sweep());
                    }
                });
    }

    private Future<Void> tickAll(List<String> ids) {
        return AsyncLoop.forEach(
                ids.iterator(),
                MAX_CONCURRENT_TICKS,
                job -> tick(job).recover(error -> {
                    LOG.debug("Job {} could not be checked", job, error);
                    return error instanceof StoreUnavailableException
                            ? Future.failedFuture(error)
                            : Future.succeededFuture();
                }));
    }

    private Future<Void> tick(String job) {
        return jobs.tick(job).compose(tick -> {
            if (tick.takenBack() > 0) {
                LOG.info("{} items of job {} were taken back from lost workers", tick.takenBack(), job);
            }
            if (tick.takenBack() > 0 || tick.ended()) {
                wakeups.publish(job);
            }
            open.found(job, tick.open());
            if (tick.ended()) {
                return turns.remove(job).compose(done -> giveBack(job));
            }
            Future<Void> offered = tick.work()
                    ? turns.offer(new QueuedJob(job, tick.user(), tick.priority()))
                            .onSuccess(done -> signal.publish())
                    : Future.succeededFuture();
            if (tick.asks()) {
                offered = Future.join(offered, questionTurns.offer(new QueuedJob(job, tick.user(), tick.priority())))
                        .mapEmpty();
            }
            return tick.more() && !stopped ? offered.compose(done -> tick(job)) : offered;
        });
    }

    /** Refunds the quotas that a failed upload has used, except for rows that were processed. */
    private Future<Void> giveBack(String job) {
        return jobs.find(job).compose(ended -> {
            if (ended == null || ended.state() != JobState.FAILED) {
                return Future.succeededFuture();
            }
            return quotas.release(ended.user(), job)
                    .compose(left -> quotas.refundRows(ended.user(), job, ended.doneByThemselves()));
        });
    }
}
