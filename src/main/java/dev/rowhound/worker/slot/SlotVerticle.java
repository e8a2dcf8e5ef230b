package dev.rowhound.worker.slot;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.Processor;
import dev.rowhound.job.WorkKind;
import dev.rowhound.redis.RetryPolicy.Timing;
import dev.rowhound.worker.lease.LeaseProtocol.Completion;
import dev.rowhound.worker.lease.LeaseProtocol.Postponement;
import dev.rowhound.worker.lease.LeasedItem;
import dev.rowhound.worker.lease.Slots;
import dev.rowhound.worker.lease.WorkSource;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One slot: leases items one after the other, processes each on a dedicated thread, and completes it. The event loop
 * never blocks; processors run only on the dedicated thread.
 */
public final class SlotVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(SlotVerticle.class);

    private final WorkSource source;
    private final @Nullable QuestionBroker questions;
    private final Slots slots;
    private final LostThreads threads;
    private final Timing timing;
    private final Duration stopLimit;
    private final String name;

    /** One processor per kind; created and closed on the slot's thread. */
    private final Map<WorkKind, Processor> processors = new ConcurrentHashMap<>();

    // Set by start().
    @SuppressWarnings("NullAway.Init")
    private SlotThread thread;

    // Set by start().
    @SuppressWarnings("NullAway.Init")
    private Heartbeater heartbeater;

    /** The processor of the current item. */
    private volatile @Nullable Processor currentProcessor;

    private @Nullable Attempt current;
    private @Nullable Promise<Void> stopped;
    private boolean busy;

    /**
     * @param source provides items and accepts results
     * @param questions asks people; null if nobody can be asked
     * @param slots counts the running items of this node
     * @param threads counts hanging threads
     * @param stopLimit how long a running item may continue after the slot is stopped
     * @param name the name of the slot's thread
     */
    public SlotVerticle(
            WorkSource source,
            @Nullable QuestionBroker questions,
            Slots slots,
            LostThreads threads,
            Timing timing,
            Duration stopLimit,
            String name) {
        this.source = source;
        this.questions = questions;
        this.slots = slots;
        this.threads = threads;
        this.timing = timing;
        this.stopLimit = stopLimit;
        this.name = name;
    }

    @Override
    public Future<?> start() {
        thread = new SlotThread(vertx, name, threads);
        heartbeater = new Heartbeater(vertx, timing, source);
        takeNext();
        return Future.succeededFuture();
    }

    /** Waits for the running item, aborts it after the limit, and closes the processors. The dispatcher stops first. */
    @Override
    public Future<?> stop() {
        Promise<Void> idle = Promise.promise();
        stopped = idle;
        if (current != null && current.waiting()) {
            // Another node asks the question again, because an answer may take arbitrarily long.
            current.abandon();
        }
        if (!busy || !thread.usable().isComplete()) {
            idle.tryComplete();
        }
        timing.after(Math.max(1, stopLimit.toMillis()), () -> {
            Processor hung = currentProcessor;
            if (!idle.future().isComplete() && current != null && hung != null) {
                current.abandon();
                heartbeater.abort(current, hung);
            }
        });
        return idle.future().compose(done -> thread.close(closing(takeProcessors())));
    }

    private void takeNext() {
        long idle = slots.idleMillis() == 0 ? -1 : vertx.setTimer(slots.idleMillis(), id -> closeIdle());
        source.take().onSuccess(item -> {
            vertx.cancelTimer(idle);
            if (item == null) {
                return;
            }
            busy = true;
            work(item)
                    .onFailure(error ->
                            // The lease expires and another worker leases the item.
                            LOG.warn("{} was abandoned: {}", item, error.getMessage()))
                    .onComplete(done -> {
                        slots.end();
                        if (stopped != null) {
                            becomeIdle();
                            return;
                        }
                        thread.usable().compose(usable -> closeSurplus()).onComplete(closed -> becomeIdle());
                    });
        });
    }

    private void becomeIdle() {
        busy = false;
        if (stopped != null) {
            stopped.tryComplete();
        } else {
            takeNext();
        }
    }

    /** Closes processors that were opened only because other items waited for a person. */
    private Future<Void> closeSurplus() {
        return processors.isEmpty() || !slots.cools() ? Future.succeededFuture() : closeProcessors();
    }

    private void closeIdle() {
        if (!processors.isEmpty() && stopped == null) {
            slots.closed();
            var unused = closeProcessors();
        }
    }

    private Future<Void> closeProcessors() {
        return thread.run(closing(takeProcessors()))
                .onFailure(error -> LOG.warn("A processor could not be closed", error));
    }

    private List<Processor> takeProcessors() {
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

    private Future<Void> work(LeasedItem item) {
        if (stopped != null) {
            return source.release(item, null);
        }
        return source.start(item).compose(started -> started ? process(item) : source.release(item, null));
    }

    private Future<Void> process(LeasedItem item) {
        ProgressReports reports = new ProgressReports(context, timing, report -> forwardProgress(item, report));
        QuestionBroker broker = questions;
        Attempt attempt = new Attempt(
                item,
                source,
                timing,
                reports,
                broker == null
                        ? null
                        : (asking, question) -> broker.ask(asking, question, context, () -> onWaiting(asking)));
        current = attempt;
        Promise<Runnable> stopHeartbeat = Promise.promise();
        Future<ItemResult> task = thread.run(() -> process(attempt, stopHeartbeat));
        Promise<@Nullable ItemResult> outcome = Promise.promise();
        task.otherwise(error -> fault(attempt, error)).onSuccess(outcome::tryComplete);
        attempt.lost().onSuccess(none -> outcome.tryComplete(null));
        return outcome.future()
                .compose(result -> {
                    current = null;
                    if (result == null) {
                        lose(attempt, task);
                        return Future.succeededFuture();
                    }
                    attempt.endQuestion();
                    return complete(attempt, result);
                })
                .eventually(() -> {
                    stopHeartbeat.future().onSuccess(Runnable::run);
                    attempt.leavePlace();
                    return Future.succeededFuture();
                });
    }

    private void forwardProgress(LeasedItem item, ProgressReports.Report report) {
        if (current != null && current.item() == item && !current.abandoned()) {
            source.progress(item, report.percent(), report.word());
        }
    }

    /** Runs on the slot's thread. */
    private ItemResult process(Attempt attempt, Promise<Runnable> stopHeartbeat) throws Exception {
        LeasedItem item = attempt.item();
        ItemInput input = item.input();
        boolean first = processors.isEmpty();
        Processor processor = processors.computeIfAbsent(item.work().kind(), WorkKind::newProcessor);
        if (first) {
            slots.warmed();
        }
        currentProcessor = processor;
        context.runOnContext(none -> stopHeartbeat.complete(heartbeater.hold(attempt, processor)));
        try {
            return Objects.requireNonNull(processor.process(input, attempt), "the processor returned nothing");
        } finally {
            attempt.markProcessed();
        }
    }

    private static ItemResult fault(Attempt attempt, Throwable error) {
        LOG.error("{} failed with an internal error", attempt.item(), error);
        return ItemResult.failed(ErrorCode.INTERNAL, String.valueOf(error.getMessage()), attempt.step());
    }

    private void lose(Attempt attempt, Future<?> task) {
        LOG.error("{} did not release its thread at {} after it was aborted", attempt.item(), attempt.step());
        attempt.abandon();
        attempt.endQuestion();
        slots.closed();
        thread.giveUp(task, closing(takeProcessors()));
        source.abandon(attempt.item());
    }

    private void onWaiting(Attempt attempt) {
        if (stopped != null) {
            attempt.abandon();
        }
    }

    private Future<Void> complete(Attempt attempt, ItemResult result) {
        if (attempt.abandoned()) {
            // If the lease was lost, the release has no effect; otherwise the node stops.
            Completion aborted = new Completion(result, List.of(), attempt.slowDownMillis(), null);
            return source.release(attempt.item(), aborted.quietMillis());
        }
        Postponement postponement = result.state() == ItemState.FAILED ? attempt.postponement() : null;
        ItemResult finalResult = attempt.overdue()
                ? ItemResult.failed(
                        ErrorCode.TIMEOUT, "the look-up exceeded its time limit without any progress", attempt.step())
                : result;
        return source.complete(
                attempt.item(),
                new Completion(finalResult, attempt.evidence(), attempt.slowDownMillis(), postponement));
    }
}
