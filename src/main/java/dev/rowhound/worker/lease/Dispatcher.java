package dev.rowhound.worker.lease;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.Row;
import dev.rowhound.progress.Wakeups;
import dev.rowhound.queue.FairScheduler;
import dev.rowhound.queue.FairScheduler.QueuedJob;
import dev.rowhound.queue.Lease;
import dev.rowhound.queue.WorkSignal;
import dev.rowhound.queue.lease.Leases;
import dev.rowhound.queue.result.Items;
import dev.rowhound.redis.CallerContext;
import dev.rowhound.redis.RetryPolicy.Timing;
import dev.rowhound.redis.StoreUnavailableException;
import dev.rowhound.worker.lease.Admission.Permits;
import dev.rowhound.worker.lease.JobSpecCache.JobSpec;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases items for the slots of a node. One lookup serves all idle slots, so that its cost does not grow with their
 * number. A second scheduler holds the jobs with items that ask a person; this class reads it only while the node has
 * room for a question, and alternates between both. Deployed after the slots and therefore stopped before them.
 */
public final class Dispatcher extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    /** The poll interval of idle slots without a signal; up to the same time is added at random. */
    private static final int IDLE_MILLIS = 250;

    private final FairScheduler turns;
    private final FairScheduler questionTurns;
    private final JobSpecCache specs;
    private final Leases leases;
    private final Items items;
    private final WorkSignal signal;
    private final Admission admission;
    private final Wakeups wakeups;
    private final Slots slots;
    private final Timing timing;
    private final Deque<Promise<@Nullable LeasedItem>> waiting = new ArrayDeque<>();
    private @Nullable MessageConsumer<String> workListener;
    private @Nullable Promise<Void> stopped;
    private boolean started;
    private boolean polling;
    private boolean pollAgain;

    /** Whether the scheduler of asking jobs may have work. */
    private boolean askingDue = true;

    private boolean askingLast;
    private long timer = -1;

    public Dispatcher(
            FairScheduler turns,
            FairScheduler questionTurns,
            JobSpecCache specs,
            Leases leases,
            Items items,
            WorkSignal signal,
            Admission admission,
            Wakeups wakeups,
            Slots slots,
            Timing timing) {
        this.turns = turns;
        this.questionTurns = questionTurns;
        this.specs = specs;
        this.leases = leases;
        this.items = items;
        this.signal = signal;
        this.admission = admission;
        this.wakeups = wakeups;
        this.slots = slots;
        this.timing = timing;
    }

    @Override
    public Future<?> start() {
        workListener = signal.listen(this::pollAll);
        slots.onFree(() -> context.runOnContext(none -> pollAll()));
        synchronized (waiting) {
            started = true;
        }
        poll();
        return Future.succeededFuture();
    }

    /** Stops leasing items; waiting slots receive null. */
    @Override
    public Future<?> stop() {
        Promise<Void> idle = Promise.promise();
        List<Promise<@Nullable LeasedItem>> unserved;
        synchronized (waiting) {
            stopped = idle;
            unserved = new ArrayList<>(waiting);
            waiting.clear();
        }
        vertx.cancelTimer(timer);
        unserved.forEach(promise -> promise.complete(null));
        if (!polling) {
            idle.complete();
        }
        Future<Void> unregistered = workListener == null ? Future.succeededFuture() : workListener.unregister();
        return unregistered.compose(done -> idle.future());
    }

    /** Completes with the next item for a slot as soon as one is available, or with null when the node stops. */
    Future<@Nullable LeasedItem> take() {
        Promise<@Nullable LeasedItem> promise = Promise.promise();
        synchronized (waiting) {
            if (stopped != null) {
                return Future.succeededFuture(null);
            }
            // Last in, first out: the slot that became idle last has its processors open.
            waiting.push(promise);
            if (started) {
                context.runOnContext(none -> poll());
            }
        }
        return CallerContext.keep(promise.future());
    }

    private int idleSlots() {
        synchronized (waiting) {
            return Math.min(waiting.size(), slots.free());
        }
    }

    private void pollAll() {
        askingDue = true;
        poll();
    }

    private void poll() {
        if (polling) {
            pollAgain = true;
            return;
        }
        int idle = idleSlots();
        if (idle <= 0) {
            return;
        }
        polling = true;
        pollAgain = false;
        vertx.cancelTimer(timer);
        claimRound(idle).onComplete(done -> {
            polling = false;
            if (stopped != null) {
                stopped.tryComplete();
                return;
            }
            if (done.failed()) {
                LOG.debug("No work could be claimed", done.cause());
            }
            if (done.succeeded() && (done.result() || pollAgain)) {
                poll();
            } else {
                int millis = IDLE_MILLIS + ThreadLocalRandom.current().nextInt(IDLE_MILLIS);
                timer = vertx.setTimer(millis, id -> pollAll());
            }
        });
    }

    /** Leases up to {@code max} items of the next job. Returns whether to poll again at once. */
    private Future<Boolean> claimRound(int max) {
        int places = Math.min(max, slots.freePlaces());
        askingLast = askingDue && !askingLast && places > 0;
        if (!askingLast) {
            return claimRound(turns, max);
        }
        askingDue = false;
        return claimRound(questionTurns, places).map(found -> {
            askingDue |= found;
            return true;
        });
    }

    private Future<Boolean> claimRound(FairScheduler scheduler, int max) {
        return scheduler.pick(max).compose(job -> {
            if (job == null) {
                return Future.succeededFuture(false);
            }
            return specs.find(job)
                    .compose(spec -> spec == null ? scheduler.remove(job).map(true) : admit(scheduler, job, spec, max));
        });
    }

    private Future<Boolean> admit(FairScheduler scheduler, String job, JobSpec spec, int max) {
        return admission.admit(spec, max).compose(entry -> {
            long wait = Math.max(1, entry.waitMillis());
            if (entry.full()) {
                return scheduler
                        .suspendUser(turn(job, spec), max, wait)
                        .onSuccess(done -> offerLater(scheduler, job, spec, wait))
                        .map(true);
            }
            if (entry.permits().isEmpty()) {
                return settle(scheduler, job, spec, max, Leases.Claim.nothing(false, wait))
                        .map(true);
            }
            return claim(scheduler, job, spec, max, entry.permits());
        });
    }

    private Future<Boolean> claim(
            FairScheduler scheduler, String job, JobSpec spec, int charged, List<Permits> permits) {
        long now = timing.nanoTime();
        boolean asking = scheduler == questionTurns;
        List<Slots.Place> places = asking ? slots.places(permits.size()) : List.of();
        if (asking && places.isEmpty()) {
            // An item that was not expected to ask has taken the last place.
            permits.forEach(admission::cancel);
            return scheduler.refund(turn(job, spec), charged).map(false);
        }
        return (asking ? leases.claimAsking(job, places.size()) : leases.claim(job, permits.size()))
                .onFailure(error -> {
                    permits.forEach(admission::cancel);
                    places.forEach(Slots.Place::close);
                })
                .compose(claim -> {
                    int taken = claim.leases().size();
                    if (taken > 0 && claim.created() != spec.created()) {
                        permits.forEach(admission::cancel);
                        places.forEach(Slots.Place::close);
                        return releaseAll(scheduler, job, spec, charged, claim).map(true);
                    }
                    permits.subList(taken, permits.size()).forEach(admission::cancel);
                    places.stream().skip(taken).forEach(Slots.Place::close);
                    List<Future<Void>> done = new ArrayList<>();
                    for (int i = 0; i < taken; i++) {
                        done.add(deliver(
                                claim.leases().get(i), now, spec, permits.get(i), asking ? places.get(i) : null));
                    }
                    int unused = charged - taken * spec.policy().cost();
                    if (unused != 0) {
                        done.add(settle(scheduler, job, spec, unused, claim));
                    }
                    return Future.join(done).otherwiseEmpty().map(true);
                });
    }

    /** Releases the items of a job that has reused the id of an expired one; the next poll reads its own spec. */
    private Future<Void> releaseAll(FairScheduler scheduler, String job, JobSpec old, int charged, Leases.Claim claim) {
        specs.forget(job, old);
        return Future.join(claim.leases().stream().map(leases::release).toList())
                .transform(released -> scheduler.refund(turn(job, old), charged));
    }

    /**
     * Corrects the charge of a job after a claim: refunds what it did not use, or charges what its items cost more. A
     * job without items leaves the scheduler.
     */
    private Future<Void> settle(FairScheduler scheduler, String job, JobSpec spec, int unused, Leases.Claim claim) {
        if (!claim.leases().isEmpty() || claim.again()) {
            return scheduler.refund(turn(job, spec), unused);
        }
        return scheduler
                .refundEmptyClaim(turn(job, spec), unused)
                .compose(done -> scheduler.park(job))
                .onSuccess(done -> {
                    if (claim.waitMillis() > 0) {
                        offerLater(scheduler, job, spec, claim.waitMillis());
                    }
                });
    }

    private static QueuedJob turn(String job, JobSpec spec) {
        return new QueuedJob(job, spec.user(), spec.priority());
    }

    private FairScheduler schedulerOf(Slots.@Nullable Place place) {
        return place == null ? turns : questionTurns;
    }

    /** Offers a job again after a wait, because the sweep over open jobs would do so only every 500 ms. */
    private void offerLater(FairScheduler scheduler, String job, JobSpec spec, long millis) {
        vertx.setTimer(millis, id -> pollAfter(job, scheduler.offer(turn(job, spec))));
    }

    private void pollAfter(String job, Future<Void> offered) {
        offered.onSuccess(done -> pollAll())
                .onFailure(error -> LOG.debug("Job {} waits for the next sweep", job, error));
    }

    private Future<Void> deliver(
            Lease lease, long leasedNanos, JobSpec spec, Permits permits, Slots.@Nullable Place place) {
        Row unread = new Row(lease.row(), "", 0, null, List.of());
        return items.row(lease.job(), spec.created(), lease.row())
                .compose(row -> {
                    if (row == null) {
                        // If the job has failed or expired since the claim, the lease is invalid and ends no item.
                        throw new NoSuchElementException("its input no longer exists");
                    }
                    return deliver(lease, leasedNanos, spec, row, permits, place)
                            .recover(error -> undelivered(lease, row, permits, place, error));
                })
                .recover(error -> undelivered(lease, unread, permits, place, error));
    }

    private Future<Void> deliver(
            Lease lease, long leasedNanos, JobSpec spec, Row row, Permits permits, Slots.@Nullable Place place) {
        return Future.succeededFuture()
                .compose(none -> admission.admit(spec, LeasedItem.input(lease, spec, row), permits))
                .compose(entry -> entry.permits() == null
                        ? defer(lease, spec, row, permits, entry, place)
                        : assign(new LeasedItem(lease, leasedNanos, spec, row, entry.permits(), place)));
    }

    /** Fails an item whose delivery would fail at each claim. After a store failure the item is claimed again. */
    private Future<Void> undelivered(
            Lease lease, Row row, Permits permits, Slots.@Nullable Place place, Throwable fault) {
        if (!(fault instanceof RuntimeException) || fault instanceof StoreUnavailableException) {
            // The lease expires and another worker claims the item.
            admission.cancel(permits);
            LOG.warn("Row {} of job {} was abandoned: {}", lease.row(), lease.job(), fault.getMessage());
            return closePlace(place);
        }
        admission.cancel(permits);
        ItemResult result = ItemResult.failed(
                ErrorCode.INTERNAL, "the row cannot be delivered to a worker: " + fault.getMessage(), null);
        return leases.end(lease, row, 1, result, List.of())
                .onSuccess(outcome -> {
                    if (outcome == Leases.EndOutcome.OK) {
                        LOG.error(
                                "Row {} of job {} cannot be delivered: {}", lease.row(), lease.job(), fault.toString());
                        wakeups.publish(lease.job());
                    }
                })
                .transform(ended -> closePlace(place));
    }

    private static Future<Void> closePlace(Slots.@Nullable Place place) {
        if (place != null) {
            place.close();
        }
        return Future.succeededFuture();
    }

    private Future<Void> defer(
            Lease lease,
            JobSpec spec,
            Row row,
            Permits permits,
            Admission.HostEntry entry,
            Slots.@Nullable Place place) {
        admission.cancel(permits);
        long wait = Math.max(1, entry.waitMillis());
        return leases.defer(lease, row.key(), entry.host(), wait, admission.startIntervalMillis(spec, entry.host()))
                .onSuccess(deferred -> {
                    wakeups.publish(lease.job());
                    offerLater(schedulerOf(place), lease.job(), spec, wait);
                })
                .compose(deferred -> schedulerOf(place)
                        .refundEmptyClaim(turn(lease.job(), spec), spec.policy().cost()))
                .transform(deferred -> closePlace(place));
    }

    private Future<Void> assign(LeasedItem item) {
        Promise<@Nullable LeasedItem> slot;
        synchronized (waiting) {
            slot = !waiting.isEmpty() && slots.begin() ? waiting.poll() : null;
        }
        if (slot == null) {
            admission.cancel(item.permits());
            return requeue(item)
                    .compose(done -> schedulerOf(item.place())
                            .refund(
                                    turn(item.lease().job(), item.spec()),
                                    item.policy().cost())
                            .otherwiseEmpty());
        }
        slot.complete(item);
        return Future.succeededFuture();
    }

    /** Returns an unstarted item to the queue. */
    Future<Leases.EndOutcome> requeue(LeasedItem item) {
        Slots.Place place = item.place();
        if (place == null) {
            return leases.release(item.lease());
        }
        place.close();
        return leases.awaitQuestion(item.lease(), item.row().key());
    }

    /** Wakes a job with a limit on running items, its own or its user's, after an item has ended or begun to wait. */
    void wake(LeasedItem item) {
        JobSpec spec = item.spec();
        String job = item.lease().job();
        if (spec.limited() || admission.limitsRunning(spec.user())) {
            context.runOnContext(none -> pollAfter(job, turns.wake(turn(job, spec))));
        }
    }

    /** Offers an item that waits to ask a person to all nodes that have room for a question. */
    void offerQuestion(LeasedItem item) {
        String job = item.lease().job();
        questionTurns
                .offer(turn(job, item.spec()))
                .onSuccess(done -> signal.publish())
                .onFailure(error -> LOG.debug("Job {} waits for the next sweep to ask", job, error));
    }
}
