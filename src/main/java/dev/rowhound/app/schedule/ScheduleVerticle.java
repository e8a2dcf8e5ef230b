package dev.rowhound.app.schedule;

import dev.rowhound.app.submission.Submissions;
import dev.rowhound.artifact.ArtifactNames;
import dev.rowhound.redis.StoreUnavailableException;
import dev.rowhound.schedule.Schedules;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls for due schedules each second and creates the jobs of their fires. Every node that accepts uploads does this; a
 * lease restricts each fire to one node at a time, of those that store the schedule's file.
 */
public final class ScheduleVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(ScheduleVerticle.class);

    private static final long POLL_MILLIS = 1000;

    /** After how long without a renewal another node takes over a fire. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    /** How long this node ignores a schedule after a failed fire. */
    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final int MAX_DUE = 1000;

    /** Limits the concurrent fires of a node. */
    private static final int MAX_CONCURRENT = 4;

    private final Submissions submissions;
    private final Schedules schedules;
    private final Duration jobTtl;
    private final Clock clock;
    private final Duration lease;
    private final Map<String, Future<Void>> running = new HashMap<>();
    private final Map<String, Long> pausedUntil = new HashMap<>();

    // Set by start().
    @SuppressWarnings("NullAway.Init")
    private WorkerExecutor threads;

    // Set by start().
    @SuppressWarnings("NullAway.Init")
    private ScheduleFires fires;

    private boolean stopped;
    private long timer;

    /**
     * @param jobTtl how long jobs are kept after their end
     * @param clock determines which fires are due
     */
    public ScheduleVerticle(Submissions submissions, Schedules schedules, Duration jobTtl, Clock clock) {
        this(submissions, schedules, jobTtl, clock, LEASE);
    }

    public ScheduleVerticle(
            Submissions submissions, Schedules schedules, Duration jobTtl, Clock clock, Duration lease) {
        this.submissions = submissions;
        this.schedules = schedules;
        this.jobTtl = jobTtl;
        this.clock = clock;
        this.lease = lease;
    }

    @Override
    public Future<?> start() {
        threads = vertx.createSharedWorkerExecutor(
                "rowhound-schedules-" + deploymentID(), MAX_CONCURRENT, 1, TimeUnit.HOURS);
        fires = new ScheduleFires(vertx, threads, submissions, schedules, jobTtl, clock, lease);
        timer = vertx.setTimer(1, id -> poll());
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        stopped = true;
        vertx.cancelTimer(timer);
        fires.stop();
        return Future.join(List.copyOf(running.values())).transform(done -> threads.close());
    }

    private void poll() {
        schedules.due(clock.instant(), MAX_DUE).onComplete(due -> {
            if (stopped) {
                return;
            }
            if (due.succeeded()) {
                pausedUntil.keySet().retainAll(due.result());
                due.result().forEach(this::begin);
            } else {
                LOG.debug("The search for due schedules failed", due.cause());
            }
            timer = vertx.setTimer(POLL_MILLIS, id -> poll());
        });
    }

    private void begin(String id) {
        Long until = pausedUntil.get(id);
        boolean paused = until != null && System.nanoTime() - until < 0;
        if (paused || running.containsKey(id) || running.size() >= MAX_CONCURRENT) {
            return;
        }
        Future<Void> fire = threads.executeBlocking(() -> hasFile(id), false)
                .compose(present -> present ? fires.fire(id) : fileMissing(id));
        running.put(id, fire);
        fire.onComplete(done -> {
            running.remove(id);
            if (done.failed()) {
                pause(id, done.cause());
            }
        });
    }

    private boolean hasFile(String id) throws Exception {
        try (var file = submissions.artifacts().read(id, ArtifactNames.scheduleInput())) {
            return file != null;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private Future<Void> fileMissing(String id) {
        return Future.failedFuture(
                new NoSuchFileException("its file is missing on this node; a node that has the file runs its fires"));
    }

    private void pause(String id, @Nullable Throwable cause) {
        if (cause instanceof StoreUnavailableException) {
            LOG.debug("Schedule {} is waiting for the store", id);
            return;
        }
        boolean repeated = pausedUntil.put(id, System.nanoTime() + PAUSE_NANOS) != null;
        // Another node has a file that is missing here, unless the fire is still due after the pause.
        if (repeated || !(cause instanceof NoSuchFileException)) {
            LOG.warn("Schedule {} is suspended for a minute: {}", id, String.valueOf(cause));
        }
    }
}
