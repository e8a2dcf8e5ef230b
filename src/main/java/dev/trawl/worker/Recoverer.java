package dev.trawl.worker;

import dev.trawl.progress.Wakeups;
import dev.trawl.queue.Jobs;
import dev.trawl.queue.Schedule;
import dev.trawl.queue.WorkSignal;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps open jobs going: takes back what lost workers held, offers jobs that the schedule has forgotten, ends uploads
 * that broke off, and lets ended jobs go. Every worker node does this; doing it twice is harmless.
 */
public final class Recoverer extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(Recoverer.class);

    /** Between two looks at all open jobs; a retry may start that much late. */
    private static final long SWEEP_MILLIS = 500;

    private final Jobs jobs;
    private final Schedule schedule;
    private final WorkSignal signal;
    private final Wakeups wakeups;
    private final Consumer<String> onEnded;
    private long timer;
    private boolean stopped;

    /**
     * For the jobs behind these.
     *
     * @param onEnded is told of each job that was found to have ended
     */
    public Recoverer(Jobs jobs, Schedule schedule, WorkSignal signal, Wakeups wakeups, Consumer<String> onEnded) {
        this.jobs = jobs;
        this.schedule = schedule;
        this.signal = signal;
        this.wakeups = wakeups;
        this.onEnded = onEnded;
    }

    @Override
    public Future<?> start() {
        sweep();
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        stopped = true;
        vertx.cancelTimer(timer);
        return Future.succeededFuture();
    }

    private void sweep() {
        jobs.open().compose(this::tickAll).onComplete(done -> {
            if (done.failed()) {
                LOG.debug("Open jobs could not be looked at", done.cause());
            }
            if (!stopped) {
                timer = vertx.setTimer(SWEEP_MILLIS, id -> sweep());
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
            if (tick.ended()) {
                onEnded.accept(job);
                return schedule.remove(job);
            }
            Future<Void> offered = tick.work()
                    ? schedule.offer(job, tick.user(), tick.priority()).onSuccess(done -> signal.publish())
                    : Future.succeededFuture();
            return tick.more() && !stopped ? offered.compose(done -> tick(job)) : offered;
        });
    }
}
