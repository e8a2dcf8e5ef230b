package dev.rowhound.worker;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.Row;
import dev.rowhound.progress.Wakeups;
import dev.rowhound.queue.FairScheduler;
import dev.rowhound.queue.FairScheduler.TurnJob;
import dev.rowhound.queue.Lease;
import dev.rowhound.queue.WorkSignal;
import dev.rowhound.queue.lease.Leases;
import dev.rowhound.queue.result.Items;
import dev.rowhound.redis.StoreUnavailableException;
import dev.rowhound.worker.Gates.Passes;
import dev.rowhound.worker.JobSheets.JobSheet;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private final JobSheets sheets;
    private final Leases leases;
    private final Items items;
    private final WorkSignal signal;
    private final Gates gates;
    private final Wakeups wakeups;
    private final Slots slots;
    private final Deque<Promise<@Nullable Assignment>> waiting = new ArrayDeque<>();
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
            JobSheets sheets,
            Leases leases,
            Items items,
            WorkSignal signal,
            Gates gates,
            Wakeups wakeups,
            Slots slots) {
        this.turns = turns;
        this.questionTurns = questionTurns;
        this.sheets = sheets;
        this.leases = leases;
        this.items = items;
        this.signal = signal;
        this.gates = gates;
        this.wakeups = wakeups;
        this.slots = slots;
    }

    /**
     * An item for one slot.
     *
     * @param lease the right to it
     * @param leasedNanos the monotonic time from which that right counts, at the latest
     * @param sheet its job
     * @param row the row to look up
     * @param passes what it has passed; to be given back
     * @param place the right to ask a person, for an item that does so as far as is known; to be given back
     */
    record Assignment(
            Lease lease, long leasedNanos, JobSheet sheet, Row row, Passes passes, Slots.@Nullable Place place) {
        /** What the row is to its processor. */
        ItemInput input() {
            return Dispatcher.input(lease, sheet, row);
        }

        /** Puts the item back as if it had never been taken. */
        Future<Leases.Outcome> putBack(Leases leases) {
            if (place == null) {
                return leases.release(lease);
            }
            place.close();
            return leases.awaitQuestion(lease, row.key());
        }
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
            // The last one first: it has its browser already.
            waiting.push(promise);
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
            return sheets.find(job)
                    .compose(sheet -> sheet == null ? list.remove(job).map(true) : enter(list, job, sheet, most));
        });
    }

    private Future<Boolean> enter(FairScheduler list, String job, JobSheet sheet, int most) {
        return gates.enter(sheet, most).compose(entry -> {
            long wait = Math.max(1, entry.waitMillis());
            if (entry.full()) {
                return list.rest(turn(job, sheet), most, wait)
                        .onSuccess(done -> comeBack(list, job, sheet, wait))
                        .map(true);
            }
            if (entry.passes().isEmpty()) {
                return settle(list, job, sheet, most, Leases.Claim.nothing(false, wait))
                        .map(true);
            }
            return claim(list, job, sheet, most, entry.passes());
        });
    }

    private Future<Boolean> claim(FairScheduler list, String job, JobSheet sheet, int charged, List<Passes> passes) {
        long now = System.nanoTime();
        boolean asking = list == questionTurns;
        List<Slots.Place> places = asking ? slots.places(passes.size()) : List.of();
        if (asking && places.isEmpty()) {
            // An item that was not known to ask has taken the last one.
            passes.forEach(gates::cancel);
            return list.refund(turn(job, sheet), charged).map(false);
        }
        return (asking ? leases.claimAsking(job, places.size()) : leases.claim(job, passes.size()))
                .onFailure(error -> {
                    passes.forEach(gates::cancel);
                    places.forEach(Slots.Place::close);
                })
                .compose(claim -> {
                    int taken = claim.leases().size();
                    if (taken > 0 && claim.created() != sheet.created()) {
                        passes.forEach(gates::cancel);
                        places.forEach(Slots.Place::close);
                        return begunAnew(list, job, sheet, charged, claim).map(true);
                    }
                    passes.subList(taken, passes.size()).forEach(gates::cancel);
                    places.stream().skip(taken).forEach(Slots.Place::close);
                    List<Future<Void>> done = new ArrayList<>();
                    for (int i = 0; i < taken; i++) {
                        done.add(hand(claim.leases().get(i), now, sheet, passes.get(i), asking ? places.get(i) : null));
                    }
                    if (taken < charged) {
                        done.add(settle(list, job, sheet, charged - taken, claim));
                    }
                    return Future.join(done).otherwiseEmpty().map(true);
                });
    }

    /** Another job has the sheet's id by now: its items go back, and the next look is by its own sheet. */
    private Future<Void> begunAnew(FairScheduler list, String job, JobSheet old, int charged, Leases.Claim claim) {
        sheets.forget(job, old);
        return Future.join(claim.leases().stream().map(leases::release).toList())
                .transform(released -> list.refund(turn(job, old), charged));
    }

    /** A job that had less than it was charged for gets the rest back; one that has nothing leaves for a while. */
    private Future<Void> settle(FairScheduler list, String job, JobSheet sheet, int unused, Leases.Claim claim) {
        if (!claim.leases().isEmpty() || claim.again()) {
            return list.refund(turn(job, sheet), unused);
        }
        return list.refundLook(turn(job, sheet), unused)
                .compose(done -> list.park(job))
                .onSuccess(done -> {
                    if (claim.waitMillis() > 0) {
                        comeBack(list, job, sheet, claim.waitMillis());
                    }
                });
    }

    private static TurnJob turn(String job, JobSheet sheet) {
        return new TurnJob(job, sheet.user(), sheet.priority());
    }

    private FairScheduler listOf(Slots.@Nullable Place place) {
        return place == null ? turns : questionTurns;
    }

    /** The sweep over open jobs would find the job too, but only twice a second. */
    private void comeBack(FairScheduler list, String job, JobSheet sheet, long millis) {
        vertx.setTimer(millis, id -> lookAfter(job, list.offer(turn(job, sheet))));
    }

    private void lookAfter(String job, Future<Void> offered) {
        offered.onSuccess(done -> lookAtAll())
                .onFailure(error -> LOG.debug("Job {} waits for the next sweep", job, error));
    }

    private Future<Void> hand(
            Lease lease, long leasedNanos, JobSheet sheet, Passes passes, Slots.@Nullable Place place) {
        Row unread = new Row(lease.row(), "", 0, null, List.of());
        return items.row(lease.job(), sheet.created(), lease.row())
                .compose(row -> {
                    if (row == null) {
                        // Where the job has failed or expired since the claim, so has the lease, and nothing is ended.
                        throw new NoSuchElementException("its input is gone");
                    }
                    return hand(lease, leasedNanos, sheet, row, passes, place)
                            .recover(error -> notHanded(lease, row, passes, place, error));
                })
                .recover(error -> notHanded(lease, unread, passes, place, error));
    }

    private Future<Void> hand(
            Lease lease, long leasedNanos, JobSheet sheet, Row row, Passes passes, Slots.@Nullable Place place) {
        return Future.succeededFuture()
                .compose(none -> gates.enter(sheet, input(lease, sheet, row), passes))
                .compose(entry -> entry.passes() == null
                        ? hold(lease, sheet, row, passes, entry, place)
                        : assign(new Assignment(lease, leasedNanos, sheet, row, entry.passes(), place)));
    }

    /** Ends an item that would meet the same fault each time it is claimed. One that met no store comes again. */
    private Future<Void> notHanded(Lease lease, Row row, Passes passes, Slots.@Nullable Place place, Throwable fault) {
        if (!(fault instanceof RuntimeException) || fault instanceof StoreUnavailableException) {
            // The lease runs out and the item is taken again.
            gates.cancel(passes);
            LOG.warn("Row {} of job {} was left: {}", lease.row(), lease.job(), fault.getMessage());
            return left(place);
        }
        gates.cancel(passes);
        ItemResult result = ItemResult.failed(
                ErrorCode.INTERNAL, "the row cannot be handed to a worker: " + fault.getMessage(), null);
        return leases.end(lease, row, 1, result, List.of())
                .onSuccess(outcome -> {
                    if (outcome == Leases.Outcome.OK) {
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
            Lease lease, JobSheet sheet, Row row, Passes passes, Gates.HostEntry entry, Slots.@Nullable Place place) {
        gates.cancel(passes);
        long wait = Math.max(1, entry.waitMillis());
        return leases.defer(lease, row.key(), entry.host(), wait, gates.apartMillis(sheet, entry.host()))
                .onSuccess(held -> {
                    wakeups.publish(lease.job());
                    comeBack(listOf(place), lease.job(), sheet, wait);
                })
                .compose(held -> listOf(place).refundLook(turn(lease.job(), sheet), 1))
                .transform(held -> left(place));
    }

    private Future<Void> assign(Assignment assignment) {
        Promise<@Nullable Assignment> slot;
        synchronized (waiting) {
            slot = !waiting.isEmpty() && slots.begin() ? waiting.poll() : null;
        }
        if (slot == null) {
            gates.cancel(assignment.passes());
            TurnJob turn = turn(assignment.lease().job(), assignment.sheet());
            return assignment
                    .putBack(leases)
                    .compose(done -> listOf(assignment.place()).refund(turn, 1).otherwiseEmpty());
        }
        slot.complete(assignment);
        return Future.succeededFuture();
    }

    private static ItemInput input(Lease lease, JobSheet sheet, Row row) {
        Map<String, String> columns = new LinkedHashMap<>();
        for (int i = 0; i < sheet.columns().size(); i++) {
            columns.put(sheet.columns().get(i), row.values().get(i));
        }
        return new ItemInput(lease.job(), sheet.created(), row.number(), row.key(), columns);
    }

    /** An item of that job has ended, or waits for a person: a job that is limited in its concurrency may have another. */
    void freed(JobSheet sheet, String job) {
        if (sheet.limited() || gates.limitsRunning(sheet.user())) {
            context.runOnContext(none -> lookAfter(job, turns.wake(turn(job, sheet))));
        }
    }

    /** An item of that job asks and waits for room: any node that has some may take it. */
    void asks(JobSheet sheet, String job) {
        questionTurns
                .offer(turn(job, sheet))
                .onSuccess(done -> signal.publish())
                .onFailure(error -> LOG.debug("Job {} waits for the next sweep to ask", job, error));
    }
}
