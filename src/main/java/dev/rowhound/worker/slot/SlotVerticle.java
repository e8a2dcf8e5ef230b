package dev.rowhound.worker.slot;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.Processor;
import dev.rowhound.job.WorkKind;
import dev.rowhound.redis.RetryPolicy.Timing;
import dev.rowhound.worker.lease.LeaseProtocol.Completion;
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
 * One slot: takes an item, has it processed on a thread of its own, and brings the result home; then the next. The event
 * loop never blocks; the thread is the only one that touches the processors.
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

    /** One a kind; made and closed on the slot's thread. */
    private final Map<WorkKind, Processor> processors = new ConcurrentHashMap<>();

    // Set by start().
    @SuppressWarnings("NullAway.Init")
    private SlotThread thread;

    // Set by start().
    @SuppressWarnings("NullAway.Init")
    private Heartbeater heartbeater;

    /** What the present item is processed by. */
    private volatile @Nullable Processor working;

    private @Nullable Attempt current;
    private @Nullable Promise<Void> stopped;
    private boolean busy;

    /**
     * A slot over those parts.
     *
     * @param source gives items and takes results
     * @param questions asks people; null where nobody can be asked
     * @param slots counts what runs on this node
     * @param threads counts threads that do not come back
     * @param stopLimit how long a running item may go on once the slot is stopped
     * @param name the name of its thread
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
        next();
        return Future.succeededFuture();
    }

    /** Lets the running item end or gives it back, and closes its processors. The dispatcher has been stopped before. */
    @Override
    public Future<?> stop() {
        Promise<Void> idle = Promise.promise();
        stopped = idle;
        source.stopRepeating();
        if (current != null && current.waiting()) {
            // Another node asks again; nobody knows for how long this one would have to wait.
            current.abandon();
        }
        if (!busy || !thread.usable().isComplete()) {
            idle.tryComplete();
        }
        timing.after(Math.max(1, stopLimit.toMillis()), () -> {
            Processor hung = working;
            if (!idle.future().isComplete() && current != null && hung != null) {
                current.abandon();
                heartbeater.abort(current, hung);
            }
        });
        return idle.future().compose(done -> thread.close(closing(takeProcessors())));
    }

    private void next() {
        long idle = slots.idleMillis() == 0 ? -1 : vertx.setTimer(slots.idleMillis(), id -> closeIdle());
        source.take().onSuccess(item -> {
            vertx.cancelTimer(idle);
            if (item == null) {
                return;
            }
            busy = true;
            work(item)
                    .onFailure(error ->
                            // The lease runs out and another worker takes the item.
                            LOG.warn("{} was left: {}", item, error.getMessage()))
                    .onComplete(done -> {
                        slots.end();
                        if (stopped != null) {
                            idle();
                            return;
                        }
                        thread.usable().compose(usable -> cool()).onComplete(cooled -> idle());
                    });
        });
    }

    private void idle() {
        busy = false;
        if (stopped != null) {
            stopped.tryComplete();
        } else {
            next();
        }
    }

    /** Closes what was opened only because others waited for a person. */
    private Future<Void> cool() {
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
            return source.release(item);
        }
        return source.start(item).compose(started -> started ? process(item) : source.release(item));
    }

    private Future<Void> process(LeasedItem item) {
        ProgressReports reports = new ProgressReports(context, timing, report -> tell(item, report));
        QuestionBroker broker = questions;
        Attempt attempt = new Attempt(
                item,
                source,
                timing,
                reports,
                broker == null
                        ? null
                        : (asking, question) -> broker.ask(asking, question, context, () -> waits(asking)));
        current = attempt;
        Promise<Runnable> held = Promise.promise();
        Future<ItemResult> task = thread.run(() -> process(attempt, held));
        Promise<@Nullable ItemResult> ended = Promise.promise();
        task.otherwise(error -> fault(attempt, error)).onSuccess(ended::tryComplete);
        attempt.lost().onSuccess(none -> ended.tryComplete(null));
        return ended.future()
                .compose(result -> {
                    current = null;
                    if (result == null) {
                        lose(attempt, task);
                        return Future.succeededFuture();
                    }
                    attempt.endQuestion();
                    return bringHome(attempt, result);
                })
                .eventually(() -> {
                    held.future().onSuccess(Runnable::run);
                    attempt.leavePlace();
                    return Future.succeededFuture();
                });
    }

    private void tell(LeasedItem item, ProgressReports.Report report) {
        if (current != null && current.item() == item && !current.abandoned()) {
            source.progress(item, report.percent(), report.word());
        }
    }

    /** On the slot's thread. */
    private ItemResult process(Attempt attempt, Promise<Runnable> held) throws Exception {
        LeasedItem item = attempt.item();
        ItemInput input = item.input();
        boolean cold = processors.isEmpty();
        Processor processor = processors.computeIfAbsent(item.work().kind(), WorkKind::newProcessor);
        if (cold) {
            slots.warmed();
        }
        working = processor;
        context.runOnContext(none -> held.complete(heartbeater.hold(attempt, processor)));
        try {
            return Objects.requireNonNull(processor.process(input, attempt), "the processor has answered nothing");
        } finally {
            attempt.markProcessed();
        }
    }

    private static ItemResult fault(Attempt attempt, Throwable error) {
        LOG.error("{} met a fault of the program", attempt.item(), error);
        return ItemResult.failed(ErrorCode.INTERNAL, String.valueOf(error.getMessage()), attempt.step());
    }

    private void lose(Attempt attempt, Future<?> task) {
        LOG.error("{} did not let go of its thread at {} although it was aborted", attempt.item(), attempt.step());
        attempt.abandon();
        attempt.endQuestion();
        slots.closed();
        thread.giveUp(task, closing(takeProcessors()));
        source.abandon(attempt.item());
    }

    private void waits(Attempt attempt) {
        if (stopped != null) {
            attempt.abandon();
        }
    }

    private Future<Void> bringHome(Attempt attempt, ItemResult result) {
        if (attempt.abandoned()) {
            // Either the item is no longer ours, and this changes nothing, or the node stops.
            Completion unwanted = new Completion(result, List.of(), attempt.slowDownMillis());
            return source.release(attempt.item(), unwanted.quietMillis());
        }
        if (questions != null && attempt.postponed() && result.state() == ItemState.FAILED) {
            return questions.postpone(attempt);
        }
        ItemResult counted = attempt.overdue()
                ? ItemResult.failed(
                        ErrorCode.TIMEOUT,
                        "the item held its thread for longer than it may, without a sign of life",
                        attempt.step())
                : result;
        return source.complete(attempt.item(), new Completion(counted, attempt.evidence(), attempt.slowDownMillis()));
    }
}
