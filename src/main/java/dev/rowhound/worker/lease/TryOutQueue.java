package dev.rowhound.worker.lease;

import dev.rowhound.cluster.TryOutBus;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.Evidence;
import dev.rowhound.job.ItemError;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.Row;
import dev.rowhound.job.TryOut;
import dev.rowhound.job.TryOut.RefusalReason;
import dev.rowhound.job.TryOut.RefusedException;
import dev.rowhound.job.TryOut.Trial;
import dev.rowhound.job.Work;
import dev.rowhound.job.WorkKinds;
import dev.rowhound.queue.Lease;
import dev.rowhound.redis.CallerContext;
import dev.rowhound.redis.RetryPolicy.Timing;
import dev.rowhound.worker.lease.Admission.HostEntry;
import dev.rowhound.worker.lease.Admission.Permits;
import dev.rowhound.worker.lease.JobSpecCache.JobSpec;
import dev.rowhound.worker.lease.LeaseProtocol.Completion;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The try-outs that a node makes, one at a time, for itself and for others that ask over the event bus. Each of their
 * rows is an item that is admitted and processed as those of jobs are, by a slot of its own, so that it waits for none of
 * them; what it came to goes to the caller, and nothing is stored. Users' quotas do not count it. Deployed after its slot
 * and so stopped before it.
 */
public final class TryOutQueue extends VerticleBase implements WorkSource {
    /** How many may wait for the one that is made. */
    public static final int MAX_WAITING = 4;

    /** Short, so that the slot notices within a second when the caller has left. */
    private static final Duration LEASE = Duration.ofSeconds(10);

    /** How much evidence is answered, so that an answer in Base64 has at most some 20 MB. */
    private static final int MAX_EVIDENCE_BYTES = 14 << 20;

    /** What stands for a lease where there is no job. */
    private static final Lease NO_JOB = new Lease("try-out", 1, 1, "");

    private final WorkKinds kinds;
    private final @Nullable Admission admission;
    private final Timing timing;
    private final Deque<Request> waiting = new ArrayDeque<>();

    /** What the slot waits for while it is idle. */
    private volatile @Nullable Promise<@Nullable LeasedItem> slot;

    private @Nullable Request running;
    private boolean preparing;
    private boolean stopped;

    /**
     * Over those parts.
     *
     * @param kinds how rows are processed
     * @param admission what they must pass; null where no limits hold
     */
    public TryOutQueue(WorkKinds kinds, @Nullable Admission admission, Timing timing) {
        this.kinds = kinds;
        this.admission = admission;
        this.timing = timing;
    }

    /** A try-out that has come. */
    private static final class Request {
        private final Work work;
        private final List<JsonObject> rows;
        private final Promise<List<Trial>> promise = Promise.promise();
        private final List<Trial> trials = new ArrayList<>();

        /** What becomes of the present item. */
        private Promise<Trial> ended = Promise.promise();

        private @Nullable LeasedItem item;
        private long endNanos;

        Request(Work work, List<JsonObject> rows) {
            this.work = work;
            this.rows = rows;
        }

        boolean over() {
            return promise.future().isComplete() || trials.size() == rows.size();
        }
    }

    /** A row as one of a job that has no other. Its key is refused where {@link Row#invalid} says so. */
    private record Prepared(JobSpec spec, Row row) {
        static Prepared of(Work work, JsonObject values) {
            Map<String, String> columns = new LinkedHashMap<>();
            values.forEach(value -> columns.put(value.getKey(), String.valueOf(value.getValue())));
            String column = work.keys().column();
            String raw = columns.remove(TryOut.KEY);
            if (raw == null) {
                raw = column == null ? "" : columns.getOrDefault(column, "");
            } else if (column != null) {
                columns.putIfAbsent(column, raw);
            }
            String key = work.keys().normalise(raw);
            return new Prepared(
                    new JobSpec(0, work, List.copyOf(columns.keySet()), "", 1, false),
                    new Row(1, key, 0, work.keys().problem(key), List.copyOf(columns.values())));
        }

        /** What it came to without having been processed. */
        Future<Trial> trial(ItemResult result) {
            return Future.succeededFuture(new Trial(row.key(), result, List.of()));
        }
    }

    @Override
    public Future<?> start() {
        next();
        return new TryOutBus(vertx)
                .serve((tryOut, gone) -> run(tryOut, gone)
                        .compose(trials -> vertx.executeBlocking(
                                () -> Trial.toJson(trials, MAX_EVIDENCE_BYTES).toBuffer(), false)));
    }

    /** Breaks off what is made and waits. */
    @Override
    public Future<?> stop() {
        stopped = true;
        List.copyOf(waiting).forEach(this::breakOff);
        if (running != null) {
            breakOff(running);
        }
        Promise<@Nullable LeasedItem> idle = slot;
        if (idle != null) {
            slot = null;
            idle.complete(null);
        }
        return Future.succeededFuture();
    }

    /**
     * Makes a try-out. May be called from any thread.
     *
     * @param gone ends, in whatever way, when nobody waits for it any more; it is broken off then
     * @return a trial a row, in order; fails with {@link RefusedException} where it is not made
     */
    public Future<List<Trial>> run(TryOut tryOut, Future<?> gone) {
        Request request;
        try {
            request = new Request(kinds.compile(tryOut.specification()), tryOut.rows());
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
        context.runOnContext(none -> admit(request, gone));
        return request.promise.future();
    }

    private void admit(Request request, Future<?> gone) {
        if (stopped) {
            request.promise.fail(lost());
        } else if ((running == null ? 0 : 1) + waiting.size() > MAX_WAITING) {
            request.promise.fail(new RefusedException(
                    RefusalReason.BUSY,
                    "a try-out is under way and " + MAX_WAITING + " more wait; try again in a moment"));
        } else {
            waiting.add(request);
            gone.onComplete(left -> context.runOnContext(none -> breakOff(request)));
            next();
        }
    }

    private static RefusedException lost() {
        return new RefusedException(RefusalReason.LOST, "the node that made the try-out stops; try again");
    }

    /** Nobody waits for it any more, or the node stops. */
    private void breakOff(Request request) {
        waiting.remove(request);
        request.promise.tryFail(lost());
        if (request.item != null) {
            request.item.markGone();
        }
    }

    /** Has the next row of the try-out whose turn it is processed, once the slot is idle. */
    private void next() {
        if (preparing) {
            return;
        }
        if (running != null && running.over()) {
            running.promise.tryComplete(List.copyOf(running.trials));
            running = null;
        }
        if (slot == null) {
            return;
        }
        if (running == null) {
            running = begin(waiting.poll());
        }
        Request request = running;
        if (request == null) {
            return;
        }
        preparing = true;
        row(request).onComplete(done -> {
            preparing = false;
            request.item = null;
            if (done.succeeded()) {
                request.trials.add(done.result());
            } else {
                request.promise.tryFail(done.cause());
            }
            next();
        });
    }

    private @Nullable Request begin(@Nullable Request request) {
        if (request != null) {
            // All of its items' own times, so that a host's pause cannot hold the queue up for longer.
            request.endNanos = timing.nanoTime()
                    + TimeUnit.MILLISECONDS.toNanos(request.work.policy().itemMillis() * request.rows.size());
        }
        return request;
    }

    private Future<Trial> row(Request request) {
        JsonObject values = request.rows.get(request.trials.size());
        // Patterns run there, which are not for an event loop.
        return vertx.executeBlocking(() -> Prepared.of(request.work, values), false)
                .compose(prepared -> {
                    String problem = prepared.row().invalid();
                    if (problem == null) {
                        return enter(request, prepared);
                    }
                    ItemError error = new ItemError(ErrorCode.INVALID_INPUT, problem, null);
                    return prepared.trial(new ItemResult(ItemState.INVALID_INPUT, new JsonObject(), error));
                });
    }

    /** Has a row processed once its host may be asked. */
    private Future<Trial> enter(Request request, Prepared prepared) {
        if (request.over()) {
            return Future.failedFuture(lost());
        }
        return permits(prepared).compose(entry -> {
            if (entry.permits() != null) {
                return process(request, prepared, entry.permits());
            }
            long wait = Math.max(1, entry.waitMillis());
            if (wait > TimeUnit.NANOSECONDS.toMillis(request.endNanos - timing.nanoTime())) {
                String message = entry.host() + " may not be asked again before " + wait + " ms are over; try then";
                return prepared.trial(ItemResult.failed(ErrorCode.RATE_LIMITED, message, "start"));
            }
            Promise<Trial> later = Promise.promise();
            vertx.setTimer(wait, id -> enter(request, prepared).onComplete(later));
            return later.future();
        });
    }

    private Future<HostEntry> permits(Prepared prepared) {
        if (admission == null) {
            return Future.succeededFuture(new HostEntry(Permits.NONE, "", 0));
        }
        ItemInput input = LeasedItem.input(NO_JOB, prepared.spec(), prepared.row());
        return admission.enter(prepared.spec(), input, Permits.NONE);
    }

    private Future<Trial> process(Request request, Prepared prepared, Permits permits) {
        Promise<@Nullable LeasedItem> idle = slot;
        if (idle == null || request.over()) {
            cancel(permits);
            return Future.failedFuture(lost());
        }
        LeasedItem item = new LeasedItem(NO_JOB, timing.nanoTime(), prepared.spec(), prepared.row(), permits, null);
        slot = null;
        request.item = item;
        request.ended = Promise.promise();
        idle.complete(item);
        return request.ended.future();
    }

    @Override
    public Duration lease() {
        return LEASE;
    }

    @Override
    public boolean watched() {
        return true;
    }

    @Override
    public Future<@Nullable LeasedItem> take() {
        Promise<@Nullable LeasedItem> idle = Promise.promise();
        slot = idle;
        // The slot is there before the queue is.
        if (context != null) {
            context.runOnContext(none -> next());
        }
        return CallerContext.keep(idle.future());
    }

    @Override
    public Future<Boolean> start(LeasedItem item) {
        return Future.succeededFuture(!item.gone());
    }

    @Override
    public Future<Boolean> renew(LeasedItem item) {
        if (admission != null) {
            admission.holdOn(item, timing.nanoTime());
        }
        return Future.succeededFuture(!item.gone());
    }

    /** Nobody watches it. */
    @Override
    public void progress(LeasedItem item, int percent, String word) {}

    @Override
    public Future<Void> complete(LeasedItem item, Completion completion) {
        return end(item, completion.quietMillis(), trial(item, completion.result(), completion.evidence()));
    }

    @Override
    public Future<Void> release(LeasedItem item) {
        cancel(item.permits());
        hand(Future.failedFuture(lost()));
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> release(LeasedItem item, @Nullable Long slowDownMillis) {
        return end(item, slowDownMillis, Future.failedFuture(lost()));
    }

    @Override
    public void abandon(LeasedItem item) {
        String message = "the item did not end although its time was over";
        var unused = end(item, null, trial(item, ItemResult.failed(ErrorCode.TIMEOUT, message, "start"), List.of()));
    }

    /** No call of this queue's is ever repeated. */
    @Override
    public void stopRepeating() {}

    private static Future<Trial> trial(LeasedItem item, ItemResult result, List<Evidence> evidence) {
        return Future.succeededFuture(new Trial(item.row().key(), result, evidence));
    }

    private Future<Void> end(LeasedItem item, @Nullable Long slowDownMillis, Future<Trial> trial) {
        Future<Long> left =
                admission == null ? Future.succeededFuture(0L) : admission.leave(item.permits(), slowDownMillis);
        return left.onComplete(done -> hand(trial)).mapEmpty();
    }

    private void hand(Future<Trial> trial) {
        context.runOnContext(none -> {
            if (running != null) {
                trial.onComplete(running.ended);
            }
        });
    }

    private void cancel(Permits permits) {
        if (admission != null) {
            admission.cancel(permits);
        }
    }
}
