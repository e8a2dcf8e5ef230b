package dev.rowhound.worker.lease;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.Row;
import dev.rowhound.progress.Wakeups;
import dev.rowhound.queue.FairScheduler;
import dev.rowhound.queue.FairScheduler.TurnJob;
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
 * Finds work for a node's slots: one look serves all that are idle, so that what it costs does not grow with their
 * number. Items that ask a person have turns of their own, which are looked at only while this node has room for a
 * question; where both have work, they take turns. Deployed after the slots and so stopped before them.
 */
public final class Dispatcher extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    /** How long idle slots wait before work is looked for unasked, in milliseconds, and as much again at random. */
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
    private @Nullable MessageConsumer<String> listening;
    private @Nullable Promise<Void> stopped;
    private boolean started;
    private boolean looking;
    private boolean lookAgain;

    /** Whether there may be items that ask and are waited for. */
    private boolean askingDue = true;

    private boolean askingLast;
    private long timer = -1;

    /** For the work behind these. */
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
        listening = signal.listen(this::lookAtAll);
        slots.onFree(() -> context.runOnContext(none -> lookAtAll()));
        synchronized (waiting) {
            started = true;
        }
        look();
        return Future.succeededFuture();
    }

    /** Stops taking items; slots that wait get null. */
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
        if (!looking) {
            idle.complete();
        }
        Future<Void> silent = listening == null ? Future.succeededFuture() : listening.unregister();
        return silent.compose(done -> idle.future());
    }

    /** The next item for a slot, whenever there is one; null when none will come because the node stops. */
    Future<@Nullable LeasedItem> take() {
        Promise<@Nullable LeasedItem> promise = Promise.promise();
        synchronized (waiting) {
            if (stopped != null) {
                return Future.succeededFuture(null);
            }
            // The last one first: it has its processor already.
            waiting.push(promise);
            if (started) {
                context.runOnContext(none -> look());
            }
        }
        return CallerContext.keep(promise.future());
    }

    private int idleSlots() {
        synchronized (waiting) {
            return Math.min(waiting.size(), slots.free());
        }
    }

    private void lookAtAll() {
        askingDue = true;
        look();
    }

    private void look() {
        if (looking) {
            lookAgain = true;
            return;
        }
        int idle = idleSlots();
        if (idle <= 0) {
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
                timer = vertx.setTimer(millis, id -> lookAtAll());
            }
        });
    }

    /** Takes up to so many items of the job whose turn it is. Answers whether it is worth looking again at once. */
    private Future<Boolean> round(int most) {
        int places = Math.min(most, slots.freePlaces());
        askingLast = askingDue && !askingLast && places > 0;
        if (!askingLast) {
            return round(turns, most);
        }
        askingDue = false;
        return round(questionTurns, places).map(found -> {
            askingDue |= found;
            return true;
        });
    }

    private Future<Boolean> round(FairScheduler list, int most) {
        return list.pick(most).compose(job -> {
            if (job == null) {
                return Future.succeededFuture(false);
            }
            return specs.find(job)
                    .compose(spec -> spec == null ? list.remove(job).map(true) : enter(list, job, spec, most));
        });
    }

    private Future<Boolean> enter(FairScheduler list, String job, JobSpec spec, int most) {
        return admission.enter(spec, most).compose(entry -> {
            long wait = Math.max(1, entry.waitMillis());
            if (entry.full()) {
                return list.rest(turn(job, spec), most, wait)
                        .onSuccess(done -> comeBack(list, job, spec, wait))
                        .map(true);
            }
            if (entry.permits().isEmpty()) {
                return settle(list, job, spec, most, Leases.Claim.nothing(false, wait))
                        .map(true);
            }
            return claim(list, job, spec, most, entry.permits());
        });
    }

    private Future<Boolean> claim(FairScheduler list, String job, JobSpec spec, int charged, List<Permits> permits) {
        long now = timing.nanoTime();
        boolean asking = list == questionTurns;
        List<Slots.Place> places = asking ? slots.places(permits.size()) : List.of();
        if (asking && places.isEmpty()) {
            // An item that was not known to ask has taken the last one.
            permits.forEach(admission::cancel);
            return list.refund(turn(job, spec), charged).map(false);
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
                        return begunAnew(list, job, spec, charged, claim).map(true);
                    }
                    permits.subList(taken, permits.size()).forEach(admission::cancel);
                    places.stream().skip(taken).forEach(Slots.Place::close);
                    List<Future<Void>> done = new ArrayList<>();
                    for (int i = 0; i < taken; i++) {
                        done.add(hand(claim.leases().get(i), now, spec, permits.get(i), asking ? places.get(i) : null));
                    }
                    int unused = charged - taken * spec.policy().cost();
                    if (unused != 0) {
                        done.add(settle(list, job, spec, unused, claim));
                    }
                    return Future.join(done).otherwiseEmpty().map(true);
                });
    }

    /** Another job has the spec's id by now: its items go back, and the next look is by its own spec. */
    private Future<Void> begunAnew(FairScheduler list, String job, JobSpec old, int charged, Leases.Claim claim) {
        specs.forget(job, old);
        return Future.join(claim.leases().stream().map(leases::release).toList())
                .transform(released -> list.refund(turn(job, old), charged));
    }

    /**
     * A job that had less than it was charged for gets the rest back, one whose items cost more pays for it; one that has
     * nothing leaves for a while.
     */
    private Future<Void> settle(FairScheduler list, String job, JobSpec spec, int unused, Leases.Claim claim) {
        if (!claim.leases().isEmpty() || claim.again()) {
            return list.refund(turn(job, spec), unused);
        }
        return list.refundLook(turn(job, spec), unused)
                .compose(done -> list.park(job))
                .onSuccess(done -> {
                    if (claim.waitMillis() > 0) {
                        comeBack(list, job, spec, claim.waitMillis());
                    }
                });
    }

    private static TurnJob turn(String job, JobSpec spec) {
        return new TurnJob(job, spec.user(), spec.priority());
    }

    private FairScheduler listOf(Slots.@Nullable Place place) {
        return place == null ? turns : questionTurns;
    }

    /** The sweep over open jobs would find the job too, but only twice a second. */
    private void comeBack(FairScheduler list, String job, JobSpec spec, long millis) {
        vertx.setTimer(millis, id -> lookAfter(job, list.offer(turn(job, spec))));
    }

    private void lookAfter(String job, Future<Void> offered) {
        offered.onSuccess(done -> lookAtAll())
                .onFailure(error -> LOG.debug("Job {} waits for the next sweep", job, error));
    }

    private Future<Void> hand(
            Lease lease, long leasedNanos, JobSpec spec, Permits permits, Slots.@Nullable Place place) {
        Row unread = new Row(lease.row(), "", 0, null, List.of());
        return items.row(lease.job(), spec.created(), lease.row())
                .compose(row -> {
                    if (row == null) {
                        // Where the job has failed or expired since the claim, so has the lease, and nothing is ended.
                        throw new NoSuchElementException("its input is gone");
                    }
                    return hand(lease, leasedNanos, spec, row, permits, place)
                            .recover(error -> notHanded(lease, row, permits, place, error));
                })
                .recover(error -> notHanded(lease, unread, permits, place, error));
    }

    private Future<Void> hand(
            Lease lease, long leasedNanos, JobSpec spec, Row row, Permits permits, Slots.@Nullable Place place) {
        return Future.succeededFuture()
                .compose(none -> admission.enter(spec, LeasedItem.input(lease, spec, row), permits))
                .compose(entry -> entry.permits() == null
                        ? hold(lease, spec, row, permits, entry, place)
                        : assign(new LeasedItem(lease, leasedNanos, spec, row, entry.permits(), place)));
    }

    /** Ends an item that would meet the same fault each time it is claimed. One that met no store comes again. */
    private Future<Void> notHanded(
            Lease lease, Row row, Permits permits, Slots.@Nullable Place place, Throwable fault) {
        if (!(fault instanceof RuntimeException) || fault instanceof StoreUnavailableException) {
            // The lease runs out and the item is taken again.
            admission.cancel(permits);
            LOG.warn("Row {} of job {} was left: {}", lease.row(), lease.job(), fault.getMessage());
            return left(place);
        }
        admission.cancel(permits);
        ItemResult result = ItemResult.failed(
                ErrorCode.INTERNAL, "the row cannot be handed to a worker: " + fault.getMessage(), null);
        return leases.end(lease, row, 1, result, List.of())
                .onSuccess(outcome -> {
                    if (outcome == Leases.EndOutcome.OK) {
                        LOG.error(
                                "Row {} of job {} cannot be handed out: {}",
                                lease.row(),
                                lease.job(),
                                fault.toString());
                        wakeups.publish(lease.job());
                    }
                })
                .transform(ended -> left(place));
    }

    private static Future<Void> left(Slots.@Nullable Place place) {
        if (place != null) {
            place.close();
        }
        return Future.succeededFuture();
    }

    private Future<Void> hold(
            Lease lease,
            JobSpec spec,
            Row row,
            Permits permits,
            Admission.HostEntry entry,
            Slots.@Nullable Place place) {
        admission.cancel(permits);
        long wait = Math.max(1, entry.waitMillis());
        return leases.defer(lease, row.key(), entry.host(), wait, admission.startIntervalMillis(spec, entry.host()))
                .onSuccess(held -> {
                    wakeups.publish(lease.job());
                    comeBack(listOf(place), lease.job(), spec, wait);
                })
                .compose(held -> listOf(place)
                        .refundLook(turn(lease.job(), spec), spec.policy().cost()))
                .transform(held -> left(place));
    }

    private Future<Void> assign(LeasedItem item) {
        Promise<@Nullable LeasedItem> slot;
        synchronized (waiting) {
            slot = !waiting.isEmpty() && slots.begin() ? waiting.poll() : null;
        }
        if (slot == null) {
            admission.cancel(item.permits());
            return putBack(item)
                    .compose(done -> listOf(item.place())
                            .refund(
                                    turn(item.lease().job(), item.spec()),
                                    item.policy().cost())
                            .otherwiseEmpty());
        }
        slot.complete(item);
        return Future.succeededFuture();
    }

    /** Puts an item back as if it had never been taken. */
    Future<Leases.EndOutcome> putBack(LeasedItem item) {
        Slots.Place place = item.place();
        if (place == null) {
            return leases.release(item.lease());
        }
        place.close();
        return leases.awaitQuestion(item.lease(), item.row().key());
    }

    /** An item has ended or waits for a person: a job or a user whose running items are limited may have another. */
    void freed(LeasedItem item) {
        JobSpec spec = item.spec();
        String job = item.lease().job();
        if (spec.limited() || admission.limitsRunning(spec.user())) {
            context.runOnContext(none -> lookAfter(job, turns.wake(turn(job, spec))));
        }
    }

    /** An item asks and waits for room: any node that has some may take it. */
    void asks(LeasedItem item) {
        String job = item.lease().job();
        questionTurns
                .offer(turn(job, item.spec()))
                .onSuccess(done -> signal.publish())
                .onFailure(error -> LOG.debug("Job {} waits for the next sweep to ask", job, error));
    }
}
