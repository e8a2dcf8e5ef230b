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
 * Looks for schedules that are due, each second, and makes their fires. Every node that takes uploads does this; the
 * right to a fire goes to one at a time, of those that have the schedule's file in their store.
 */
public final class ScheduleVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(ScheduleVerticle.class);

    private static final long LOOK_MILLIS = 1000;

    /** After how long without a sign of life of the node that makes a fire another one takes it up. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    /** How long a schedule is left alone whose fire this node could not make. */
    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final int MOST_DUE = 1000;

    /** How many fires a node makes at once. */
    private static final int MOST_AT_ONCE = 4;

    private final Submissions submissions;
    private final Schedules schedules;
    private final Duration jobTtl;
    private final Clock clock;
    private final Duration lease;
    private final Map<String, Future<Void>> running = new HashMap<>();
    private final Map<String, Long> leftAloneUntil = new HashMap<>();

    // Set by start().
    @SuppressWarnings("NullAway.Init")
    private WorkerExecutor threads;

    // Set by start().
    @SuppressWarnings("NullAway.Init")
    private ScheduleFires fires;

    private boolean stopped;
    private long timer;

    /**
     * Fires of those schedules.
     *
     * @param jobTtl how long jobs are kept after their end
     * @param clock tells what is due
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
                "rowhound-schedules-" + deploymentID(), MOST_AT_ONCE, 1, TimeUnit.HOURS);
        fires = new ScheduleFires(vertx, threads, submissions, schedules, jobTtl, clock, lease);
        timer = vertx.setTimer(1, id -> look());
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        stopped = true;
        vertx.cancelTimer(timer);
        fires.stop();
        return Future.join(List.copyOf(running.values())).transform(done -> threads.close());
    }

    private void look() {
        schedules.due(clock.instant(), MOST_DUE).onComplete(due -> {
            if (stopped) {
                return;
            }
            if (due.succeeded()) {
                leftAloneUntil.keySet().retainAll(due.result());
                due.result().forEach(this::begin);
            } else {
                LOG.debug("Due schedules could not be looked for", due.cause());
            }
            timer = vertx.setTimer(LOOK_MILLIS, id -> look());
        });
    }

    private void begin(String id) {
        Long until = leftAloneUntil.get(id);
        boolean leftAlone = until != null && System.nanoTime() - until < 0;
        if (leftAlone || running.containsKey(id) || running.size() >= MOST_AT_ONCE) {
            return;
        }
        Future<Void> fire =
                threads.executeBlocking(() -> hasFile(id), false).compose(here -> here ? fires.fire(id) : notHere(id));
        running.put(id, fire);
        fire.onComplete(done -> {
            running.remove(id);
            if (done.failed()) {
                leaveAlone(id, done.cause());
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

    private Future<Void> notHere(String id) {
        return Future.failedFuture(
                new NoSuchFileException("its file is not in this node's store; a node that has it makes its fires"));
    }

    private void leaveAlone(String id, @Nullable Throwable cause) {
        if (cause instanceof StoreUnavailableException) {
            LOG.debug("Schedule {} waits for the store", id);
            return;
        }
        boolean again = leftAloneUntil.put(id, System.nanoTime() + PAUSE_NANOS) != null;
        // A file that is not here is another node's affair, unless the fire is still due after a while.
        if (again || !(cause instanceof NoSuchFileException)) {
            LOG.warn("Schedule {} is left alone for a minute: {}", id, String.valueOf(cause));
        }
    }
}
