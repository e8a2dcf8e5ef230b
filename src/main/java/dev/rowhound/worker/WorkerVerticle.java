package dev.rowhound.worker;

import dev.rowhound.artifact.StorageException;
import dev.rowhound.job.Attempts;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.Evidence;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.Processor;
import dev.rowhound.job.Row;
import dev.rowhound.job.Work;
import dev.rowhound.job.WorkKind;
import dev.rowhound.job.WorkPolicy;
import dev.rowhound.progress.Wakeups;
import dev.rowhound.queue.Lease;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.lease.Leases;
import dev.rowhound.queue.result.EvidenceFiles;
import dev.rowhound.queue.result.EvidenceFiles.Kept;
import dev.rowhound.queue.result.InputHash;
import dev.rowhound.queue.result.Items;
import dev.rowhound.worker.Dispatcher.Assignment;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One slot: takes an item, has it looked up on a thread of its own, and brings the result home; then the next. The
 * event loop never blocks; the thread is the only one that touches the processors.
 */
public final class WorkerVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerVerticle.class);

    /** Between two tries to bring a result home while the store is away, in milliseconds, at most. */
    private static final long MAX_RESEND_MILLIS = 2000;

    /** Before the second try to bring a result home, in milliseconds. */
    private static final long FIRST_RESEND_MILLIS = 50;

    /** How often a result is tried to be stored in files: for about 1.5 seconds, for its slot waits meanwhile. */
    private static final int MAX_STORING_TRIES = 6;

    /** An item whose result could not be stored is given out again after that, once its job goes on. */
    private static final long UNSTORED_MILLIS = 2000;

    private final Parts parts;
    private final int slot;
    // Set by start().
    @SuppressWarnings("NullAway.Init")
    private SlotThread thread;

    // Set by start().
    @SuppressWarnings("NullAway.Init")
    private Heartbeater heartbeater;

    /** One a kind; made and closed on the slot's thread. */
    private final Map<WorkKind, Processor> processors = new ConcurrentHashMap<>();

    /** What the present item is processed by. */
    private volatile @Nullable Processor working;

    private @Nullable Attempt current;
    private @Nullable Promise<Void> stopped;
    private boolean busy;

    /**
     * What a slot works with.
     *
     * @param dispatcher finds items
     * @param admission takes back what items have passed
     * @param leases takes results
     * @param jobs halts those whose results cannot be stored
     * @param items reads rows
     * @param files keeps evidence
     * @param questions asks people
     * @param slots counts what runs
     * @param wakeups tells watchers that there are events
     * @param threads counts threads that do not come back
     * @param lease how long an item is held without a sign of life
     * @param config the section {@code worker}
     * @param meters counts what ends
     */
    public record Parts(
            Dispatcher dispatcher,
            Admission admission,
            Leases leases,
            Jobs jobs,
            Items items,
            EvidenceFiles files,
            QuestionBroker questions,
            Slots slots,
            Wakeups wakeups,
            LostThreads threads,
            Duration lease,
            WorkerConfig config,
            WorkerMeters meters) {}

    /** The slot of that number, from 0. */
    public WorkerVerticle(Parts parts, int slot) {
        this.parts = parts;
        this.slot = slot;
    }

    @Override
    public Future<?> start() {
        thread = new SlotThread(vertx, "rowhound-slot-" + slot, parts.threads());
        heartbeater = new Heartbeater(vertx, parts.leases(), parts.lease());
        next();
        return Future.succeededFuture();
    }

    /** Lets the running item end or gives it back, and closes its processors. The dispatcher has been stopped before. */
    @Override
    public Future<?> stop() {
        Promise<Void> idle = Promise.promise();
        stopped = idle;
        if (current != null && current.waiting()) {
            // Another node asks again; nobody knows for how long this one would have to wait.
            current.abandon();
        }
        if (!busy || !thread.usable().isComplete()) {
            idle.tryComplete();
        }
        long limit = vertx.setTimer(Math.max(1, parts.config().stop().toMillis()), id -> {
            Processor hung = working;
            if (current != null && hung != null) {
                current.abandon();
                heartbeater.abort(current, hung);
            }
        });
        return idle.future().compose(done -> {
            vertx.cancelTimer(limit);
            return thread.close(closing(take()));
        });
    }

    private void next() {
        parts.dispatcher().take().onSuccess(assignment -> {
            if (assignment == null) {
                return;
            }
            busy = true;
            work(assignment).onComplete(done -> {
                parts.slots().end();
                parts.dispatcher().freed(assignment.spec(), assignment.lease().job());
                if (stopped != null) {
                    busy = false;
                    stopped.tryComplete();
                    return;
                }
                thread.usable().compose(usable -> cool()).onComplete(cooled -> {
                    busy = false;
                    if (stopped != null) {
                        stopped.tryComplete();
                    } else {
                        next();
                    }
                });
            });
        });
    }

    /** Closes what was opened only because others waited for a person. */
    private Future<Void> cool() {
        return processors.isEmpty() || !parts.slots().cools()
                ? Future.succeededFuture()
                : thread.run(closing(take())).onFailure(error -> LOG.warn("A processor could not be closed", error));
    }

    private List<Processor> take() {
        List<Processor> taken = List.copyOf(processors.values());
        processors.clear();
        return taken;
    }

    private static Callable<Void> closing(List<Processor> surplus) {
        return () -> {
            surplus.forEach(Processor::close);
            return null;
        };
    }

    private Future<Void> work(Assignment assignment) {
        Lease lease = assignment.lease();
        Row row = assignment.row();
        if (stopped != null) {
            return giveBack(assignment);
        }
        return parts.leases()
                .start(lease, row.key())
                .recover(error -> {
                    LOG.debug("Row {} of job {} could not be started", row.number(), lease.job(), error);
                    return Future.succeededFuture(null);
                })
                .compose(attempt -> {
                    if (attempt == null) {
                        return giveBack(assignment);
                    }
                    parts.wakeups().publish(lease.job());
                    return process(assignment, attempt);
                })
                .recover(error -> {
                    // The lease runs out and another worker takes the item.
                    LOG.warn("Row {} of job {} was left: {}", row.number(), lease.job(), error.getMessage());
                    return Future.succeededFuture();
                });
    }

    /** Whoever holds the item by then keeps it. */
    private Future<Void> giveBack(Assignment assignment) {
        parts.admission().cancel(assignment.permits());
        return bring(() -> assignment.putBack(parts.leases()), () -> false).mapEmpty();
    }

    private Future<Void> process(Assignment assignment, int attemptNumber) {
        Lease lease = assignment.lease();
        Row row = assignment.row();
        Work work = assignment.spec().work();
        WorkPolicy policy = work.policy();
        Attempt attempt = new Attempt(
                lease,
                assignment.leasedNanos() + parts.lease().toNanos(),
                policy.itemMillis(),
                policy.silenceMillis() + Heartbeater.GRACE_MILLIS,
                (asking, question) -> parts.questions().ask(asking, question, context, () -> waits(asking, assignment)),
                assignment.place());
        current = attempt;
        ItemInput input = assignment.input();
        long began = System.nanoTime();
        Promise<Runnable> held = Promise.promise();
        Future<ItemResult> task = thread.run(() -> {
            boolean cold = processors.isEmpty();
            Processor one = processors.computeIfAbsent(work.kind(), WorkKind::newProcessor);
            if (cold) {
                parts.slots().warmed();
            }
            working = one;
            context.runOnContext(none -> held.complete(heartbeater.hold(attempt, one)));
            try {
                return one.process(input, attempt);
            } finally {
                attempt.markLookedUp();
            }
        });
        Promise<@Nullable ItemResult> ended = Promise.promise();
        task.otherwise(error -> fault(attempt, error)).onSuccess(ended::tryComplete);
        attempt.lost().onSuccess(none -> ended.tryComplete(null));
        Future<Void> done = ended.future().compose(result -> {
            if (result == null) {
                return lose(assignment, attempt, task);
            }
            current = null;
            attempt.endQuestion();
            Long asked = slowDown(attempt, result);
            Future<Long> quiet = asked == null
                    ? Future.succeededFuture(0L)
                    : parts.admission().slowDown(assignment.permits(), asked);
            // Before the permits go back, so that no other item slips in.
            parts.meters().attempted(System.nanoTime() - began);
            return quiet.onComplete(passed -> parts.admission().leave(assignment.permits()))
                    .compose(millis -> bringHome(attempt, assignment, attemptNumber, result, millis));
        });
        return done.eventually(() -> {
            held.future().onSuccess(Runnable::run);
            attempt.leavePlace();
            return Future.succeededFuture();
        });
    }

    private static ItemResult fault(Attempt attempt, Throwable error) {
        Lease lease = attempt.lease();
        LOG.error("Row {} of job {} met a fault of the program", lease.row(), lease.job(), error);
        return ItemResult.failed(ErrorCode.INTERNAL, String.valueOf(error.getMessage()), attempt.step());
    }

    /** The item is left to its lease, which runs out: that counts a crash, as if the whole node had died under it. */
    private Future<Void> lose(Assignment assignment, Attempt attempt, Future<?> task) {
        LOG.error(
                "Row {} of job {} did not let go of its thread at {} although it was aborted",
                attempt.lease().row(),
                attempt.lease().job(),
                attempt.step());
        current = null;
        attempt.abandon();
        attempt.endQuestion();
        parts.slots().lost();
        thread.giveUp(task, closing(take()));
        parts.admission().leave(assignment.permits());
        return Future.succeededFuture();
    }

    /** An item that waits for a person asks neither its host nor of its user's quota. */
    private void waits(Attempt attempt, Assignment assignment) {
        if (stopped != null) {
            attempt.abandon();
        }
        parts.admission().leave(assignment.permits());
        parts.dispatcher().freed(assignment.spec(), assignment.lease().job());
    }

    /** For how long the host wants to be left alone; a ban says so too, unless the processor knows it better. */
    private static @Nullable Long slowDown(Attempt attempt, ItemResult result) {
        Long asked = attempt.slowDownMillis();
        boolean banned = result.state() == ItemState.BLOCKED
                && result.error() != null
                && result.error().code() == ErrorCode.BLOCKED;
        return asked == null && banned ? Long.valueOf(-1) : asked;
    }

    /** A retry comes no sooner than after that time, in which its host wants to be left alone. */
    private Future<Void> bringHome(
            Attempt attempt, Assignment assignment, int number, ItemResult result, long quietMillis) {
        Lease lease = attempt.lease();
        Attempts attempts = assignment.spec().policy().attempts();
        Row row = assignment.row();
        Future<Leases.EndOutcome> home;
        if (attempt.abandoned()) {
            // Either the item is no longer ours, and this changes nothing, or the node stops.
            home = bring(() -> parts.leases().release(lease), attempt::gone);
        } else if (attempt.postponed() && result.state() == ItemState.FAILED) {
            StorageException fault = attempt.unkept();
            home = bring(
                            () -> halt(lease, fault)
                                    .compose(halted -> parts.leases().awaitQuestion(lease, row.key())),
                            attempt::gone)
                    .onSuccess(done -> parts.dispatcher().asks(assignment.spec(), lease.job()));
        } else {
            ItemResult honest = attempt.overdue()
                    ? ItemResult.failed(
                            ErrorCode.TIMEOUT,
                            "the item held its thread for longer than it may, without a sign of life",
                            attempt.step())
                    : result;
            if (honest.worthRetry() && attempts.left(number)) {
                long delay = Math.max(attempts.backoffMillis(number, ThreadLocalRandom.current()), quietMillis);
                home = bring(() -> parts.leases().retry(lease, row.key(), number, honest, delay), attempt::gone);
            } else {
                home = keep(attempt)
                        .compose(files -> end(attempt, assignment, number, honest, files)
                                .recover(error -> error instanceof StorageException fault
                                        ? putBack(attempt, fault, files)
                                        : Future.failedFuture(error)));
            }
        }
        return home.map(outcome -> {
            parts.wakeups().publish(lease.job());
            return null;
        });
    }

    private Future<Leases.EndOutcome> end(
            Attempt attempt, Assignment assignment, int number, ItemResult result, List<Kept> files) {
        Lease lease = attempt.lease();
        Row row = assignment.row();
        long created = assignment.spec().created();
        return bring(
                        () -> sameRow(created, lease, row)
                                .compose(same ->
                                        parts.leases().end(lease, row, number, same ? result : mixedUp(), files)),
                        attempt::gone)
                .onSuccess(outcome -> {
                    parts.meters().ended(result.state());
                });
    }

    /** The item's result cannot be stored: others of its job would fare no better, and hold slots meanwhile. */
    private Future<Leases.EndOutcome> putBack(Attempt attempt, StorageException fault, List<Kept> files) {
        Lease lease = attempt.lease();
        LOG.error("The result of row {} of job {} cannot be stored: {}", lease.row(), lease.job(), fault.getMessage());
        drop(lease, files);
        return bring(
                () -> halt(lease, fault).compose(halted -> parts.leases().release(lease, UNSTORED_MILLIS)),
                attempt::gone);
    }

    private Future<Void> halt(Lease lease, @Nullable StorageException fault) {
        return fault == null
                ? Future.succeededFuture()
                : parts.jobs()
                        .halt(lease.job(), fault.reason().code(), fault.reason().sentence())
                        .mapEmpty();
    }

    /** Whether the row that was looked up is what the store has under its number. */
    private Future<Boolean> sameRow(long created, Lease lease, Row row) {
        return parts.items().row(lease.job(), created, lease.row()).map(stored -> {
            // Of a job that has just gone nothing counts.
            boolean same = stored == null || InputHash.of(stored).equals(InputHash.of(row));
            if (!same) {
                LOG.error("Row {} of job {} was looked up with another row's values", lease.row(), lease.job());
                parts.meters().mixedUp();
            }
            return same;
        });
    }

    private static ItemResult mixedUp() {
        return ItemResult.failed(ErrorCode.INTERNAL, "the row was looked up with another row's values", null);
    }

    private Future<List<Kept>> keep(Attempt attempt) {
        List<Evidence> files = attempt.evidence();
        if (files.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        return vertx.executeBlocking(() -> parts.files().keep(attempt.lease(), files), false)
                .otherwise(error -> {
                    LOG.warn("Evidence could not be kept: {}", error.toString());
                    return List.of();
                });
    }

    private void drop(Lease lease, List<Kept> files) {
        if (files.isEmpty()) {
            return;
        }
        vertx.executeBlocking(
                        () -> {
                            parts.files().drop(lease, files);
                            return null;
                        },
                        false)
                .onFailure(error -> LOG.debug("Evidence stays until it is swept", error));
    }

    /**
     * @param gone whether nobody waits for the result any more
     */
    private Future<Leases.EndOutcome> bring(Supplier<Future<Leases.EndOutcome>> call, BooleanSupplier gone) {
        return send(call, gone, 1, FIRST_RESEND_MILLIS).onSuccess(outcome -> {
            if (outcome == Leases.EndOutcome.STALE) {
                parts.meters().stale();
            }
        });
    }

    /**
     * The token makes it safe to send the same call until it is answered; only a stopping node gives up, and where files
     * cannot be written, that is tried a few times.
     */
    private Future<Leases.EndOutcome> send(
            Supplier<Future<Leases.EndOutcome>> call, BooleanSupplier gone, int tries, long pauseMillis) {
        return call.get().recover(error -> {
            if (stopped != null || error instanceof StorageException && tries >= MAX_STORING_TRIES) {
                return Future.failedFuture(error);
            }
            if (gone.getAsBoolean()) {
                return Future.succeededFuture(Leases.EndOutcome.STALE);
            }
            LOG.warn("A result waits for the store: {}", error.getMessage());
            Promise<Leases.EndOutcome> later = Promise.promise();
            vertx.setTimer(
                    pauseMillis,
                    id -> send(call, gone, tries + 1, Math.min(MAX_RESEND_MILLIS, pauseMillis * 2))
                            .onComplete(later));
            return later.future();
        });
    }
}
