package dev.rowhound.worker.upkeep;

import dev.rowhound.job.JobState;
import dev.rowhound.limit.Quotas;
import dev.rowhound.progress.Wakeups;
import dev.rowhound.queue.FairScheduler;
import dev.rowhound.queue.FairScheduler.TurnJob;
import dev.rowhound.queue.WorkSignal;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.job.OpenJobs;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps open jobs going: takes back what lost workers held, offers jobs whose turns were forgotten, ends uploads
 * that broke off, and lets ended jobs go. Every worker node does this; doing it twice is harmless.
 */
public final class Recoverer extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(Recoverer.class);

    /** Between two looks at all open jobs; a retry may start that much late. */
    private static final long SWEEP_MILLIS = 500;

    /** For how long a node that looks after jobs keeps others from it; somewhat less, so that it may go on itself. */
    private static final Duration SWEPT = Duration.ofMillis(SWEEP_MILLIS * 4 / 5);

    /** After the store was away, in milliseconds: workers that have waited for it renew their leases first. */
    private static final long RETURN_MILLIS = 3000;

    /** Between two rebuilds of the indexes, which only a loss in the store makes necessary, in milliseconds. */
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
    private boolean away;

    /**
     * For the jobs behind these.
     *
     * @param questionTurns those of jobs whose items ask
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
        boolean wasAway = away;
        away = true;
        open.sweep(SWEPT)
                .compose(jobs -> {
                    away = false;
                    return wasAway ? Future.succeededFuture() : tickAll(jobs);
                })
                .onComplete(done -> {
                    if (done.failed()) {
                        LOG.debug("Open jobs could not be looked at", done.cause());
                    }
                    if (!stopped) {
                        timer = vertx.setTimer(wasAway && !away ? RETURN_MILLIS : SWEEP_MILLIS, id -> sweep());
                    }
                });
    }

    private Future<Void> tickAll(List<String> ids) {
        List<Future<Void>> ticks = ids.stream().map(this::tick).collect(Collectors.toList());
        return Future.join(ticks).mapEmpty();
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
                    ? turns.offer(new TurnJob(job, tick.user(), tick.priority()))
                            .onSuccess(done -> signal.publish())
                    : Future.succeededFuture();
            if (tick.asks()) {
                offered = Future.join(offered, questionTurns.offer(new TurnJob(job, tick.user(), tick.priority())))
                        .mapEmpty();
            }
            return tick.more() && !stopped ? offered.compose(done -> tick(job)) : offered;
        });
    }

    /** A job whose upload broke off has used its user's quotas for nothing, but for rows that were looked up. */
    private Future<Void> giveBack(String job) {
        return jobs.find(job).compose(ended -> {
            if (ended == null || ended.state() != JobState.FAILED) {
                return Future.succeededFuture();
            }
            return quotas.leave(ended.user(), job)
                    .compose(left -> quotas.giveBackRows(ended.user(), job, ended.doneByThemselves()));
        });
    }
}
