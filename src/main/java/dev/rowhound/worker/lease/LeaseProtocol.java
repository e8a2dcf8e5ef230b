package dev.rowhound.worker.lease;

import dev.rowhound.artifact.StorageException;
import dev.rowhound.job.Attempts;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.Evidence;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.Question;
import dev.rowhound.job.Row;
import dev.rowhound.job.event.ItemProgress;
import dev.rowhound.progress.ProgressSignal;
import dev.rowhound.progress.Wakeups;
import dev.rowhound.queue.Lease;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.lease.Leases;
import dev.rowhound.queue.lease.Leases.EndOutcome;
import dev.rowhound.queue.question.Questions;
import dev.rowhound.queue.result.EvidenceFiles;
import dev.rowhound.queue.result.EvidenceFiles.StoredFile;
import dev.rowhound.queue.result.InputHash;
import dev.rowhound.queue.result.Items;
import dev.rowhound.redis.RetryPolicy;
import dev.rowhound.redis.StoreUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases the items of jobs, renews their leases and stores their results, for the slots of this node and for external
 * programs alike. This class does not depend on threads or processors.
 *
 * <p>The protocol has eight calls: the seven of {@link WorkSource}, and {@link #ask}. The calls that end an item are
 * retried until the store responds, which the lease's token makes idempotent. An item whose result cannot be serialized
 * fails.
 */
public final class LeaseProtocol implements WorkSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseProtocol.class);

    private static final RetryPolicy RESEND =
            new RetryPolicy(Duration.ofMillis(50), Duration.ofSeconds(2), RetryPolicy.NO_LIMIT);

    /** Allows about 1.5 s of attempts to store a result in files, because its worker waits meanwhile. */
    private static final int MAX_STORING_ATTEMPTS = 6;

    /** Delays the next attempt at an item whose result could not be stored, once its job is resumed. */
    private static final long UNSTORED_DELAY_MILLIS = 2000;

    private final Vertx vertx;
    private final RetryPolicy.Timing timing;
    private final Dispatcher dispatcher;
    private final Admission admission;
    private final Leases leases;
    private final Jobs jobs;
    private final Items items;
    private final Questions questions;
    private final EvidenceFiles files;
    private final Wakeups wakeups;
    private final ProgressSignal reports;
    private final WorkerMeters meters;
    private final Duration lease;
    private volatile boolean stopping;

    /**
     * @param dispatcher leases items
     * @param admission receives the permits of ended items
     * @param jobs halts jobs whose results cannot be stored
     * @param wakeups notifies watchers of new events
     * @param lease how long a lease lasts without a renewal
     */
    public LeaseProtocol(
            Vertx vertx,
            RetryPolicy.Timing timing,
            Dispatcher dispatcher,
            Admission admission,
            Leases leases,
            Jobs jobs,
            Items items,
            Questions questions,
            EvidenceFiles files,
            Wakeups wakeups,
            WorkerMeters meters,
            Duration lease) {
        this.vertx = vertx;
        this.timing = timing;
        this.dispatcher = dispatcher;
        this.admission = admission;
        this.leases = leases;
        this.jobs = jobs;
        this.items = items;
        this.questions = questions;
        this.files = files;
        this.wakeups = wakeups;
        this.reports = new ProgressSignal(vertx);
        this.meters = meters;
        this.lease = lease;
    }

    @Override
    public Duration lease() {
        return lease;
    }

    @Override
    public boolean watched() {
        return false;
    }

    /** The outcome of an attempt. */
    public record Completion(
            ItemResult result,
            List<Evidence> evidence,
            @Nullable Long slowDownMillis,
            @Nullable Postponement postponement) {
        /**
         * @param slowDownMillis the pause that the host requests, -1 for one of unspecified length, null for none
         * @param postponement why the item's question was not asked; the item then waits, without a worker, until a
         *     node has room for it. Null for an item that ends
         */
        public Completion {
            evidence = List.copyOf(evidence);
        }

        /** The pause that the host requests; a ban implies -1 unless the processor has reported a pause. */
        public @Nullable Long quietMillis() {
            boolean banned = result.state() == ItemState.BLOCKED
                    && result.error() != null
                    && result.error().code() == ErrorCode.BLOCKED;
            return slowDownMillis == null && banned ? Long.valueOf(-1) : slowDownMillis;
        }
    }

    /**
     * The reason for not asking a person.
     *
     * @param fault why the question's picture could not be stored, which halts the job; null if there was no room
     */
    public record Postponement(@Nullable StorageException fault) {}

    @Override
    public Future<@Nullable LeasedItem> take() {
        return dispatcher.take();
    }

    @Override
    public Future<Boolean> start(LeasedItem item) {
        return leases.start(item.lease(), item.row().key())
                .map(number -> {
                    if (number == null) {
                        return false;
                    }
                    item.started(number, timing.nanoTime());
                    wakeups.publish(item.lease().job());
                    return true;
                })
                .recover(error -> {
                    LOG.debug("{} could not be started", item, error);
                    return Future.succeededFuture(false);
                });
    }

    @Override
    public Future<Boolean> renew(LeasedItem item) {
        admission.extend(item, timing.nanoTime());
        return leases.renew(item.lease()).onSuccess(held -> {
            if (!held) {
                item.markGone();
            }
        });
    }

    @Override
    public void progress(LeasedItem item, int percent, String word) {
        if (!item.ended() && !item.gone()) {
            reports.publish(new ItemProgress(
                    item.lease().job(), item.lease().row(), item.row().key(), percent, word));
        }
    }

    @Override
    public Future<Void> complete(LeasedItem item, Completion completion) {
        return finish(
                item,
                endAttempt(item, completion.quietMillis())
                        .compose(quietMillis -> endOrRetry(item, completion, quietMillis)));
    }

    /** Releases the permits. Completes with the number of milliseconds for which no item starts at the host. */
    private Future<Long> endAttempt(LeasedItem item, @Nullable Long slowDownMillis) {
        meters.attempted(timing.nanoTime() - item.startedNanos());
        return admission.release(item.permits(), slowDownMillis);
    }

    /** Ends an attempt. A retry starts after {@code quietMillis} at the earliest. */
    private Future<EndOutcome> endOrRetry(LeasedItem item, Completion completion, long quietMillis) {
        if (completion.postponement() != null) {
            return awaitQuestion(item, completion.postponement().fault());
        }
        ItemResult result = completion.result();
        Attempts attempts = item.policy().attempts();
        int number = item.attempt();
        if (result.worthRetry() && attempts.left(number)) {
            long delay = Math.max(attempts.backoffMillis(number, ThreadLocalRandom.current()), quietMillis);
            return send(item, () -> leases.retry(item.lease(), item.row().key(), number, result, delay))
                    .recover(error -> endFaulty(item, error, List.of()));
        }
        return storeEvidence(item, completion.evidence())
                .compose(storedFiles -> end(item, result, storedFiles)
                        .recover(error -> error instanceof StorageException fault
                                ? requeue(item, fault, storedFiles)
                                : endFaulty(item, error, storedFiles)));
    }

    /** Fails an item whose result cannot be serialized, because each retry would meet the same error. */
    private Future<EndOutcome> endFaulty(LeasedItem item, Throwable error, List<StoredFile> storedFiles) {
        if (stopping || !programFault(error)) {
            return Future.failedFuture(error);
        }
        LOG.error("The result of {} cannot be serialized", item, error);
        deleteEvidence(item.lease(), storedFiles);
        ItemResult fault = ItemResult.failed(ErrorCode.INTERNAL, "the look-up's result cannot be serialized", null);
        return send(item, () -> leases.end(item.lease(), item.row(), item.attempt(), fault, List.of()))
                .onSuccess(outcome -> meters.ended(fault.state()));
    }

    /** Whether an error is a bug of this program and not a failure of the store or of the disk, which may pass. */
    private static boolean programFault(Throwable error) {
        return error instanceof Error
                || error instanceof RuntimeException && !(error instanceof StoreUnavailableException);
    }

    private Future<EndOutcome> end(LeasedItem item, ItemResult result, List<StoredFile> storedFiles) {
        return send(
                        item,
                        () -> sameRow(item)
                                .compose(same -> leases.end(
                                        item.lease(),
                                        item.row(),
                                        item.attempt(),
                                        same ? result : rowMismatch(),
                                        storedFiles)))
                .onSuccess(outcome -> meters.ended(result.state()));
    }

    /** Whether the processed row equals the stored row of its number. */
    private Future<Boolean> sameRow(LeasedItem item) {
        Row row = item.row();
        return items.row(item.lease().job(), item.spec().created(), row.number())
                .map(stored -> {
                    // If the job has just expired, its result is dropped anyway.
                    boolean same = stored == null || InputHash.of(stored).equals(InputHash.of(row));
                    if (!same) {
                        LOG.error("{} was processed with another row's values", item);
                        meters.rowMismatch();
                    }
                    return same;
                });
    }

    private static ItemResult rowMismatch() {
        return ItemResult.failed(ErrorCode.INTERNAL, "the row was looked up with another row's values", null);
    }

    /** Halts the job of a result that cannot be stored, because its other items would block workers as well. */
    private Future<EndOutcome> requeue(LeasedItem item, StorageException fault, List<StoredFile> storedFiles) {
        LOG.error("The result of {} cannot be stored: {}", item, fault.getMessage());
        deleteEvidence(item.lease(), storedFiles);
        return send(
                item, () -> halt(item, fault).compose(halted -> leases.release(item.lease(), UNSTORED_DELAY_MILLIS)));
    }

    private Future<EndOutcome> awaitQuestion(LeasedItem item, @Nullable StorageException fault) {
        return send(
                        item,
                        () -> halt(item, fault)
                                .compose(halted -> leases.awaitQuestion(
                                        item.lease(), item.row().key())))
                .onSuccess(outcome -> dispatcher.offerQuestion(item));
    }

    private Future<Void> halt(LeasedItem item, @Nullable StorageException fault) {
        return fault == null
                ? Future.succeededFuture()
                : jobs.halt(
                                item.lease().job(),
                                fault.reason().code(),
                                fault.reason().sentence())
                        .mapEmpty();
    }

    private Future<List<StoredFile>> storeEvidence(LeasedItem item, List<Evidence> evidence) {
        if (evidence.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        return vertx.executeBlocking(() -> files.store(item.lease(), evidence), false)
                .otherwise(error -> {
                    LOG.warn("Evidence could not be stored: {}", error.toString());
                    return List.of();
                });
    }

    private void deleteEvidence(Lease owner, List<StoredFile> storedFiles) {
        if (storedFiles.isEmpty()) {
            return;
        }
        vertx.executeBlocking(
                        () -> {
                            files.delete(owner, storedFiles);
                            return null;
                        },
                        false)
                .onFailure(error -> LOG.debug("Evidence stays until it is swept", error));
    }

    @Override
    public Future<Void> release(LeasedItem item, @Nullable Long slowDownMillis) {
        if (item.attempt() == 0) {
            admission.cancel(item.permits());
            return finish(item, send(item, () -> dispatcher.requeue(item)));
        }
        return finish(
                item,
                endAttempt(item, slowDownMillis)
                        .compose(pauseMillis -> send(item, () -> leases.release(item.lease()))));
    }

    /** {@inheritDoc} Its lease expires, which counts as a crash, as if the node had died. */
    @Override
    public void abandon(LeasedItem item) {
        item.end();
        releasePermits(item);
    }

    /**
     * Asks a person, or reads the answer to a question that was asked before. While the question is open the item needs
     * no permits; the worker must keep renewing its lease, and repeats the call until it completes with another state.
     *
     * @param id the question's id, from {@link Questions#newId}
     * @param picture the path of the picture that the person must see, or null
     */
    public Future<Questions.Status> ask(LeasedItem item, String id, Question question, @Nullable String picture) {
        if (item.hasAsked(id)) {
            return questions.status(item.lease(), id);
        }
        releasePermits(item);
        return questions.ask(item.lease(), id, question, picture).map(held -> {
            if (!held) {
                return new Questions.Status(Questions.QuestionState.GONE, "");
            }
            item.asked(id);
            wakeups.publish(item.lease().job());
            return new Questions.Status(Questions.QuestionState.OPEN, "");
        });
    }

    /** Releases the permits of an item, and lets another item of its job start. */
    private void releasePermits(LeasedItem item) {
        admission.release(item.permits());
        dispatcher.wake(item);
    }

    /** Disables the retry of failed calls: the leases of their items expire, and other nodes lease the items. */
    @Override
    public void close() {
        stopping = true;
    }

    private Future<Void> finish(LeasedItem item, Future<EndOutcome> call) {
        item.end();
        return call.onSuccess(outcome -> wakeups.publish(item.lease().job()))
                .onComplete(done -> dispatcher.wake(item))
                .mapEmpty();
    }

    private Future<EndOutcome> send(LeasedItem item, Supplier<Future<EndOutcome>> call) {
        RetryPolicy.RetryCondition condition = (error, attempts) -> {
            boolean retry = !stopping
                    && !item.gone()
                    && !programFault(error)
                    && !(error instanceof StorageException && attempts >= MAX_STORING_ATTEMPTS);
            if (retry) {
                LOG.warn("A result is waiting for the store: {}", error.getMessage());
            }
            return retry;
        };
        return RESEND.run(timing, condition, call)
                .recover(error -> item.gone() && !stopping
                        ? Future.succeededFuture(EndOutcome.STALE)
                        : Future.failedFuture(error))
                .onSuccess(outcome -> {
                    if (outcome == EndOutcome.STALE) {
                        meters.stale();
                    }
                });
    }
}
