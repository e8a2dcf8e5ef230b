package dev.rowhound.worker;

import dev.rowhound.artifact.StorageException;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.Evidence;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.Processor;
import dev.rowhound.job.Row;
import dev.rowhound.progress.Wakeups;
import dev.rowhound.queue.Lease;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.lease.Leases;
import dev.rowhound.queue.result.EvidenceFiles;
import dev.rowhound.queue.result.EvidenceFiles.Kept;
import dev.rowhound.queue.result.InputHash;
import dev.rowhound.queue.result.Items;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.Step;
import dev.rowhound.worker.Dispatcher.Assignment;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One slot: takes an item, has it looked up on a thread of its own, and brings the result home; then the next. The
 * event loop never blocks; the thread is the only one that touches the browser.
 */
public final class WorkerVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerVerticle.class);

    /** How long a browser may take to start before its first page, in milliseconds. */
    private static final int BROWSER_START_MILLIS = 30_000;

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

    private volatile @Nullable Processor processor;
    private @Nullable Attempt current;
    private @Nullable Promise<Void> stopped;
    private boolean busy;

    /**
     * What a slot works with.
     *
     * @param dispatcher finds items
     * @param gates takes back what items have passed
     * @param leases takes results
     * @param jobs halts those whose results cannot be stored
     * @param items reads rows
     * @param files keeps evidence
     * @param asker asks people
     * @param slots counts what runs
     * @param wakeups tells watchers that there are events
     * @param threads counts threads that do not come back
     * @param processors makes the slot's processor, on the slot's thread
     * @param lease how long an item is held without a sign of life
     * @param config the section {@code worker}
     * @param meters counts what ends
     */
    public record Parts(
            Dispatcher dispatcher,
            Gates gates,
            Leases leases,
            Jobs jobs,
            Items items,
            EvidenceFiles files,
            Asker asker,
            Slots slots,
            Wakeups wakeups,
            LostThreads threads,
            Supplier<Processor> processors,
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
        thread = new SlotThread(vertx, "rowhound-crawl-" + slot, parts.threads());
        heartbeater = new Heartbeater(vertx, parts.leases(), parts.lease());
        next();
        return Future.succeededFuture();
    }

    /** Lets the running item end or gives it back, and closes the browser. The dispatcher has been stopped before. */
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
            Processor hung = processor;
            if (current != null && hung != null) {
                current.abandon();
                heartbeater.abort(current, hung);
            }
        });
        return idle.future().compose(done -> {
            vertx.cancelTimer(limit);
            return thread.close(() -> {
                if (processor != null) {
                    processor.close();
                }
                return null;
            });
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
                parts.dispatcher().freed(assignment.sheet(), assignment.lease().job());
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

    /** Closes the browser if it was opened only because others waited for a person. */
    private Future<Void> cool() {
        if (processor == null || !parts.slots().cools()) {
            return Future.succeededFuture();
        }
        return thread.<Void>run(() -> {
                    Processor surplus = processor;
                    processor = null;
                    if (surplus != null) {
                        surplus.close();
                    }
                    return null;
                })
                .onFailure(error -> LOG.warn("A browser could not be closed", error));
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
        parts.gates().cancel(assignment.passes());
        return bring(() -> assignment.putBack(parts.leases()), () -> false).mapEmpty();
    }

    private Future<Void> process(Assignment assignment, int attemptNumber) {
        Lease lease = assignment.lease();
        Row row = assignment.row();
        Recipe recipe = assignment.sheet().recipe();
        Attempt attempt = new Attempt(
                lease,
                assignment.leasedNanos() + parts.lease().toNanos(),
                recipe.timeouts().itemMillis(),
                longestStep(recipe),
                (asking, question) -> parts.asker().ask(asking, question, context, () -> waits(asking, assignment)),
                assignment.place());
        current = attempt;
        ItemInput input = assignment.input();
        long began = System.nanoTime();
        AtomicReference<@Nullable Processor> used = new AtomicReference<>();
        Promise<Runnable> held = Promise.promise();
        Future<ItemResult> task = thread.run(() -> {
            Processor ready = processor;
            if (ready == null) {
                ready = parts.processors().get();
                processor = ready;
                parts.slots().warmed();
            }
            Processor one = ready;
            used.set(one);
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
                return lose(assignment, attempt, task, used.get());
            }
            current = null;
            attempt.endQuestion();
            Long asked = slowDown(attempt, result);
            Future<Long> quiet =
                    asked == null ? Future.succeededFuture(0L) : parts.gates().slowDown(assignment.passes(), asked);
            // Before the passes go back, so that no other item slips in.
            parts.meters().attempted(System.nanoTime() - began);
            return quiet.onComplete(passed -> parts.gates().leave(assignment.passes()))
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
    private Future<Void> lose(Assignment assignment, Attempt attempt, Future<?> task, @Nullable Processor hanging) {
        LOG.error(
                "Row {} of job {} did not let go of its thread at {} although it was aborted",
                attempt.lease().row(),
                attempt.lease().job(),
                attempt.step());
        current = null;
        attempt.abandon();
        attempt.endQuestion();
        processor = null;
        parts.slots().lost();
        thread.giveUp(task, () -> {
            if (hanging != null) {
                hanging.close();
            }
            return null;
        });
        parts.gates().leave(assignment.passes());
        return Future.succeededFuture();
    }

    /** An item that waits for a person asks neither its host nor of its user's quota. */
    private void waits(Attempt attempt, Assignment assignment) {
        if (stopped != null) {
            attempt.abandon();
        }
        parts.gates().leave(assignment.passes());
        parts.dispatcher().freed(assignment.sheet(), assignment.lease().job());
    }

    /** For how long the host wants to be left alone; a ban says so too, unless the processor knows it better. */
    private static @Nullable Long slowDown(Attempt attempt, ItemResult result) {
        Long asked = attempt.slowDownMillis();
        boolean banned = result.state() == ItemState.BLOCKED
                && result.error() != null
                && result.error().code() == ErrorCode.BLOCKED;
        return asked == null && banned ? Long.valueOf(-1) : asked;
    }

    /** How long a look-up may be without a sign of life: what its longest step may take, and some more. */
    private static long longestStep(Recipe recipe) {
        int longest = Math.max(
                BROWSER_START_MILLIS,
                Math.max(recipe.timeouts().navigationMillis(), recipe.timeouts().stepMillis()));
        for (Step step : recipe.steps()) {
            longest = Math.max(longest, step.timeoutMillis());
        }
        return longest + Heartbeater.GRACE_MILLIS;
    }

    /** A retry comes no sooner than after that time, in which its host wants to be left alone. */
    private Future<Void> bringHome(
            Attempt attempt, Assignment assignment, int number, ItemResult result, long quietMillis) {
        Lease lease = attempt.lease();
        Recipe recipe = assignment.sheet().recipe();
        Row row = assignment.row();
        Future<Leases.Outcome> home;
        if (attempt.abandoned()) {
            // Either the item is no longer ours, and this changes nothing, or the node stops.
            home = bring(() -> parts.leases().release(lease), attempt::gone);
        } else if (attempt.postponed() && result.state() == ItemState.FAILED) {
            StorageException fault = attempt.unkept();
            home = bring(
                            () -> halt(lease, fault)
                                    .compose(halted -> parts.leases().awaitQuestion(lease, row.key())),
                            attempt::gone)
                    .onSuccess(done -> parts.dispatcher().asks(assignment.sheet(), lease.job()));
        } else {
            ItemResult honest = attempt.overdue()
                    ? ItemResult.failed(
                            ErrorCode.TIMEOUT,
                            "the page held the browser for longer than it may, without a sign of life",
                            attempt.step())
                    : result;
            if (honest.worthRetry() && number < recipe.retry().attempts()) {
                long delay = Math.max(backoff(recipe.retry(), number), quietMillis);
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

    private Future<Leases.Outcome> end(
            Attempt attempt, Assignment assignment, int number, ItemResult result, List<Kept> files) {
        Lease lease = attempt.lease();
        Row row = assignment.row();
        long created = assignment.sheet().created();
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
    private Future<Leases.Outcome> putBack(Attempt attempt, StorageException fault, List<Kept> files) {
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
    private Future<Leases.Outcome> bring(Supplier<Future<Leases.Outcome>> call, BooleanSupplier gone) {
        return send(call, gone, 1, FIRST_RESEND_MILLIS).onSuccess(outcome -> {
            if (outcome == Leases.Outcome.STALE) {
                parts.meters().stale();
            }
        });
    }

    /** Exponential, with full jitter: a random share of what the attempt's number allows. */
    private static long backoff(Recipe.Retry retry, int attempt) {
        long bound = Math.min(retry.maxBackoffMillis(), (long) retry.backoffMillis() << Math.min(attempt - 1, 20));
        return ThreadLocalRandom.current().nextLong(bound + 1);
    }

    /**
     * The token makes it safe to send the same call until it is answered; only a stopping node gives up, and where files
     * cannot be written, that is tried a few times.
     */
    private Future<Leases.Outcome> send(
            Supplier<Future<Leases.Outcome>> call, BooleanSupplier gone, int tries, long pauseMillis) {
        return call.get().recover(error -> {
            if (stopped != null || error instanceof StorageException && tries >= MAX_STORING_TRIES) {
                return Future.failedFuture(error);
            }
            if (gone.getAsBoolean()) {
                return Future.succeededFuture(Leases.Outcome.STALE);
            }
            LOG.warn("A result waits for the store: {}", error.getMessage());
            Promise<Leases.Outcome> later = Promise.promise();
            vertx.setTimer(
                    pauseMillis,
                    id -> send(call, gone, tries + 1, Math.min(MAX_RESEND_MILLIS, pauseMillis * 2))
                            .onComplete(later));
            return later.future();
        });
    }
}
