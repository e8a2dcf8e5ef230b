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
 * Runs the try-outs of a node, one at a time, for local callers and for other nodes that request them over the event
 * bus. Each row becomes an item that is admitted and processed like those of jobs, but by a dedicated slot, so that it
 * never waits for job items. Results go to the caller; nothing is stored, and user quotas do not count these items.
 * Deployed after its slot and therefore stopped before it.
 */
public final class TryOutQueue extends VerticleBase implements WorkSource {
    /** Limits the try-outs that wait while one runs. */
    public static final int MAX_WAITING = 4;

    /** Short, so that the slot notices within a second that the caller has disconnected. */
    private static final Duration LEASE = Duration.ofSeconds(10);

    /** Limits the evidence in a response, so that the response has at most about 20 MB in Base64. */
    private static final int MAX_EVIDENCE_BYTES = 14 << 20;

    /** A placeholder lease for items that belong to no job. */
    private static final Lease NO_JOB = new Lease("try-out", 1, 1, "");

    private final WorkKinds kinds;
    private final @Nullable Admission admission;
    private final Timing timing;
    private final Deque<Request> waiting = new ArrayDeque<>();

    /** The pending take of the idle slot; null while the slot is busy. */
    private volatile @Nullable Promise<@Nullable LeasedItem> pendingTake;

    private @Nullable Request running;
    private boolean rowInProgress;
    private boolean stopped;

    /**
     * @param kinds compile specifications into work
     * @param admission applies the host limits and quotas; null for none
     */
    public TryOutQueue(WorkKinds kinds, @Nullable Admission admission, Timing timing) {
        this.kinds = kinds;
        this.admission = admission;
        this.timing = timing;
    }

    private static final class Request {
        private final Work work;
        private final List<JsonObject> rows;
        private final Promise<List<Trial>> promise = Promise.promise();
        private final List<Trial> trials = new ArrayList<>();

        /** The outcome of the current item. */
        private Promise<Trial> outcome = Promise.promise();

        private @Nullable LeasedItem item;
        private long endNanos;

        Request(Work work, List<JsonObject> rows) {
            this.work = work;
            this.rows = rows;
        }

        boolean over() {
            return promise.future().isComplete();
        }

        void add(Trial trial) {
            trials.add(trial);
            if (trials.size() == rows.size()) {
                promise.tryComplete(List.copyOf(trials));
            }
        }
    }

    /** A row in the form of a one-row job. {@link Row#invalid} holds the problem of an invalid key. */
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

        /** The trial of a row that is not processed. */
        Future<Trial> trial(ItemResult result) {
            return Future.succeededFuture(new Trial(row.key(), result, List.of()));
        }
    }

    @Override
    public Future<?> start() {
        processNext();
        return new TryOutBus(vertx)
                .serve((tryOut, gone) -> run(tryOut, gone)
                        .compose(trials -> vertx.executeBlocking(
                                () -> Trial.toJson(trials, MAX_EVIDENCE_BYTES).toBuffer(), false)));
    }

    /** Aborts the running try-out and all that wait. */
    @Override
    public Future<?> stop() {
        stopped = true;
        List.copyOf(waiting).forEach(this::abort);
        if (running != null) {
            abort(running);
        }
        Promise<@Nullable LeasedItem> take = pendingTake;
        if (take != null) {
            pendingTake = null;
            take.complete(null);
        }
        return Future.succeededFuture();
    }

    /**
     * Runs a try-out. May be called from any thread.
     *
     * @param gone completes or fails when the caller stops waiting; the try-out is then aborted
     * @return one trial per row, in order; fails with {@link RefusedException} if the try-out is refused
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
                    "a try-out is in progress and " + MAX_WAITING + " more are waiting; try again in a moment"));
        } else {
            waiting.add(request);
            gone.onComplete(done -> context.runOnContext(none -> abort(request)));
            processNext();
        }
    }

    private static RefusedException lost() {
        return new RefusedException(RefusalReason.LOST, "the node that ran the try-out is stopping; try again");
    }

    private void abort(Request request) {
        waiting.remove(request);
        request.promise.tryFail(lost());
        if (request.item != null) {
            request.item.markGone();
        }
    }

    private void processNext() {
        if (rowInProgress || pendingTake == null) {
            return;
        }
        Request request = running == null ? waiting.poll() : running;
        if (request == null) {
            return;
        }
        if (running == null) {
            // The sum of the item time limits, so that a host's pause cannot block the queue for longer.
            request.endNanos = timing.nanoTime()
                    + TimeUnit.MILLISECONDS.toNanos(request.work.policy().itemMillis() * request.rows.size());
        }
        running = request;
        rowInProgress = true;
        processRow(request)
                .onSuccess(request::add)
                .onFailure(request.promise::tryFail)
                .onComplete(done -> {
                    request.item = null;
                    rowInProgress = false;
                    running = request.over() ? null : request;
                    processNext();
                });
    }

    private Future<Trial> processRow(Request request) {
        JsonObject values = request.rows.get(request.trials.size());
        // Key patterns are regular expressions, which may be too slow for the event loop.
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

    /** Processes a row once its host admits it, and fails it at once if that would exceed the try-out's deadline. */
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
        return admission.admit(prepared.spec(), input, Permits.NONE);
    }

    private Future<Trial> process(Request request, Prepared prepared, Permits permits) {
        Promise<@Nullable LeasedItem> take = pendingTake;
        if (take == null || request.over()) {
            cancel(permits);
            return Future.failedFuture(lost());
        }
        LeasedItem item = new LeasedItem(NO_JOB, timing.nanoTime(), prepared.spec(), prepared.row(), permits, null);
        pendingTake = null;
        request.item = item;
        request.outcome = Promise.promise();
        take.complete(item);
        return request.outcome.future();
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
        Promise<@Nullable LeasedItem> take = Promise.promise();
        pendingTake = take;
        // The slot is deployed before the queue, so the context may not exist yet.
        if (context != null) {
            context.runOnContext(none -> processNext());
        }
        return CallerContext.keep(take.future());
    }

    @Override
    public Future<Boolean> start(LeasedItem item) {
        if (!item.gone()) {
            item.started(1, timing.nanoTime());
        }
        return Future.succeededFuture(item.attempt() > 0);
    }

    @Override
    public Future<Boolean> renew(LeasedItem item) {
        if (admission != null) {
            admission.extend(item, timing.nanoTime());
        }
        return Future.succeededFuture(!item.gone());
    }

    @Override
    public void progress(LeasedItem item, int percent, String word) {}

    @Override
    public Future<Void> complete(LeasedItem item, Completion completion) {
        return end(item, completion.quietMillis(), trial(item, completion.result(), completion.evidence()));
    }

    @Override
    public Future<Void> release(LeasedItem item, @Nullable Long slowDownMillis) {
        if (item.attempt() == 0) {
            cancel(item.permits());
            deliver(Future.failedFuture(lost()));
            return Future.succeededFuture();
        }
        return end(item, slowDownMillis, Future.failedFuture(lost()));
    }

    @Override
    public void abandon(LeasedItem item) {
        String message = "the look-up did not end within its time limit";
        var unused = end(item, null, trial(item, ItemResult.failed(ErrorCode.TIMEOUT, message, "start"), List.of()));
    }

    private static Future<Trial> trial(LeasedItem item, ItemResult result, List<Evidence> evidence) {
        return Future.succeededFuture(new Trial(item.row().key(), result, evidence));
    }

    private Future<Void> end(LeasedItem item, @Nullable Long slowDownMillis, Future<Trial> trial) {
        Future<Long> permitsReturned =
                admission == null ? Future.succeededFuture(0L) : admission.release(item.permits(), slowDownMillis);
        return permitsReturned.onComplete(done -> deliver(trial)).mapEmpty();
    }

    private void deliver(Future<Trial> trial) {
        context.runOnContext(none -> {
            if (running != null) {
                trial.onComplete(running.outcome);
            }
        });
    }

    private void cancel(Permits permits) {
        if (admission != null) {
            admission.cancel(permits);
        }
    }
}
