package dev.trawl.worker;

import dev.trawl.job.Row;
import dev.trawl.queue.Items;
import dev.trawl.queue.Lease;
import dev.trawl.queue.Leases;
import dev.trawl.queue.Schedule;
import dev.trawl.queue.WorkSignal;
import dev.trawl.worker.JobSheets.JobSheet;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds work for a node's slots: one look serves all that are idle, so that what it costs does not grow with their
 * number. Deployed after the slots and so stopped before them.
 */
public final class Dispatcher extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    /** How long idle slots wait before work is looked for unasked, in milliseconds, and as much again at random. */
    private static final int IDLE_MILLIS = 250;

    private final Schedule schedule;
    private final JobSheets sheets;
    private final Leases leases;
    private final Items items;
    private final WorkSignal signal;
    private final Deque<Promise<@Nullable Assignment>> waiting = new ArrayDeque<>();
    private @Nullable MessageConsumer<String> listening;
    private @Nullable Promise<Void> stopped;
    private boolean started;
    private boolean looking;
    private boolean lookAgain;
    private long timer = -1;

    /** For the work behind these. */
    public Dispatcher(Schedule schedule, JobSheets sheets, Leases leases, Items items, WorkSignal signal) {
        this.schedule = schedule;
        this.sheets = sheets;
        this.leases = leases;
        this.items = items;
        this.signal = signal;
    }

    /**
     * An item for one slot.
     *
     * @param lease the right to it
     * @param leasedNanos the monotonic time from which that right counts, at the latest
     * @param sheet its job
     * @param row the row to look up
     */
    record Assignment(Lease lease, long leasedNanos, JobSheet sheet, Row row) {}

    @Override
    public Future<?> start() {
        listening = signal.listen(this::look);
        synchronized (waiting) {
            started = true;
        }
        look();
        return Future.succeededFuture();
    }

    /** Stops taking items; slots that wait are told so. */
    @Override
    public Future<?> stop() {
        Promise<Void> idle = Promise.promise();
        List<Promise<@Nullable Assignment>> unserved;
        synchronized (waiting) {
            stopped = idle;
            unserved = new ArrayList<>(waiting);
            waiting.clear();
        }
        vertx.cancelTimer(timer);
        unserved.forEach(promise -> promise.complete(null));
        if (!looking) {
            idle.complete();
        }
        Future<Void> silent = listening == null ? Future.succeededFuture() : listening.unregister();
        return silent.compose(done -> idle.future());
    }

    /** The next item for a slot, whenever there is one; null when none will come because the node stops. */
    Future<@Nullable Assignment> take() {
        Context slot = Vertx.currentContext();
        Promise<@Nullable Assignment> promise = Promise.promise();
        synchronized (waiting) {
            if (stopped != null) {
                return Future.succeededFuture(null);
            }
            waiting.add(promise);
            if (started) {
                context.runOnContext(none -> look());
            }
        }
        Promise<@Nullable Assignment> onSlot = Promise.promise();
        promise.future().onComplete(done -> slot.runOnContext(none -> onSlot.handle(done)));
        return onSlot.future();
    }

    private int idleSlots() {
        synchronized (waiting) {
            return waiting.size();
        }
    }

    private void look() {
        if (looking) {
            lookAgain = true;
            return;
        }
        int idle = idleSlots();
        if (idle == 0) {
            return;
        }
        looking = true;
        lookAgain = false;
        vertx.cancelTimer(timer);
        round(idle).onComplete(done -> {
            looking = false;
            if (stopped != null) {
                stopped.tryComplete();
                return;
            }
            if (done.failed()) {
                LOG.debug("No work could be taken", done.cause());
            }
            if (done.succeeded() && (done.result() || lookAgain)) {
                look();
            } else {
                int millis = IDLE_MILLIS + ThreadLocalRandom.current().nextInt(IDLE_MILLIS);
                timer = vertx.setTimer(millis, id -> look());
            }
        });
    }

    /** Takes up to so many items of the job whose turn it is. Answers whether it is worth looking again at once. */
    private Future<Boolean> round(int most) {
        return schedule.pick(most).compose(job -> {
            if (job == null) {
                return Future.succeededFuture(false);
            }
            return sheets.find(job)
                    .compose(sheet -> sheet == null ? schedule.remove(job).map(true) : claim(job, sheet, most));
        });
    }

    private Future<Boolean> claim(String job, JobSheet sheet, int most) {
        long now = System.nanoTime();
        return leases.claim(job, most).compose(claim -> {
            int unused = most - claim.leases().size();
            if (unused > 0) {
                settle(job, sheet, unused, claim);
            }
            List<Future<Void>> handed = claim.leases().stream()
                    .map(lease -> hand(lease, now, sheet))
                    .toList();
            return Future.join(handed).otherwiseEmpty().map(true);
        });
    }

    /** A job that had less than it was charged for gets the rest back; one that has nothing leaves for a while. */
    private void settle(String job, JobSheet sheet, int unused, Leases.Claim claim) {
        Future<Void> settled = schedule.refund(job, unused);
        if (claim.leases().isEmpty() && !claim.again()) {
            settled = settled.compose(done -> schedule.park(job));
            if (claim.waitMillis() > 0) {
                comeBack(job, sheet, claim.waitMillis());
            }
        }
        settled.onFailure(error -> LOG.debug("Job {} keeps a charge", job, error));
    }

    /** The sweep over open jobs would find the job too, but only twice a second. */
    private void comeBack(String job, JobSheet sheet, long millis) {
        vertx.setTimer(millis, id -> offer(job, sheet));
    }

    private void offer(String job, JobSheet sheet) {
        schedule.offer(job, sheet.user(), sheet.priority())
                .onSuccess(done -> look())
                .onFailure(error -> LOG.debug("Job {} waits for the next sweep", job, error));
    }

    private Future<Void> hand(Lease lease, long leasedNanos, JobSheet sheet) {
        return items.row(lease.job(), lease.row())
                .compose(row -> {
                    if (row == null) {
                        // The job failed or expired between the claim and here, and its leases with it.
                        return Future.succeededFuture();
                    }
                    return assign(new Assignment(lease, leasedNanos, sheet, row));
                })
                .recover(error -> {
                    // The lease runs out and the item is taken again.
                    LOG.warn("Row {} of job {} was left: {}", lease.row(), lease.job(), error.getMessage());
                    return Future.succeededFuture();
                });
    }

    private Future<Void> assign(Assignment assignment) {
        Promise<@Nullable Assignment> slot;
        synchronized (waiting) {
            slot = waiting.poll();
        }
        if (slot == null) {
            return leases.release(assignment.lease()).mapEmpty();
        }
        slot.complete(assignment);
        return Future.succeededFuture();
    }

    /** An item of that job has ended: one that is limited in its concurrency may have another. */
    void ended(JobSheet sheet, String job) {
        if (sheet.limited()) {
            context.runOnContext(none -> offer(job, sheet));
        }
    }
}
