package dev.rowhound.worker.tryout;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.TryOut;
import dev.rowhound.job.Work;
import dev.rowhound.job.WorkKinds;
import dev.rowhound.limit.HostLimits;
import dev.rowhound.worker.lease.Admission;
import dev.rowhound.worker.slot.Heartbeater;
import dev.rowhound.worker.slot.LostThreads;
import dev.rowhound.worker.slot.SlotThread;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the try-outs of a node, one at a time, beside its slots: with a processor that is made for the first and closed
 * when none came for a while. Hosts' limits hold for them as for items. Those of other nodes come
 * over the event bus, see {@link TryOuts}.
 */
public final class TryOutDesk extends VerticleBase implements TryOut {
    private static final Logger LOG = LoggerFactory.getLogger(TryOutDesk.class);

    /** How many may wait for the one that is made. */
    static final int MAX_WAITING = 4;

    /** How long the processor is kept for the next one. */
    private static final Duration IDLE = Duration.ofMinutes(1);

    private static final long ABORT_AGAIN_MILLIS = 500;

    /** Beyond an item's own time: what a processor's start may take. */
    private static final Duration SLACK = Duration.ofSeconds(60);

    private final Trials trials = new Trials();
    private final WorkKinds kinds;
    private final HostLimits hosts;
    private final LostThreads threads;
    private final Duration idle;
    private final Deque<Request> waiting = new ArrayDeque<>();
    private @Nullable Request running;
    private boolean stopped;
    private long idleTimer = -1;

    // Set by start().
    @SuppressWarnings("NullAway.Init")
    private SlotThread thread;

    // Set by start().
    @SuppressWarnings("NullAway.Init")
    private TryOutConsumer consumer;

    /**
     * With those parts.
     *
     * @param kinds how rows are processed
     * @param hosts how hard hosts may be asked
     * @param threads counts threads that do not come back
     */
    public TryOutDesk(WorkKinds kinds, HostLimits hosts, LostThreads threads) {
        this(kinds, hosts, threads, IDLE);
    }

    /** Keeps an idle processor for another time. */
    TryOutDesk(WorkKinds kinds, HostLimits hosts, LostThreads threads, Duration idle) {
        this.kinds = kinds;
        this.threads = threads;
        this.hosts = hosts;
        this.idle = idle;
    }

    private static final class Request {
        final Work work;
        final List<JsonObject> rows;
        final Promise<List<Trial>> promise = Promise.promise();
        final List<Trial> done = new ArrayList<>();
        long deadlineNanos;
        boolean gone;

        Request(Work work, List<JsonObject> rows) {
            this.work = work;
            this.rows = List.copyOf(rows);
        }
    }

    @Override
    public Future<?> start() {
        thread = new SlotThread(vertx, "rowhound-try-" + deploymentID(), threads);
        consumer = new TryOutConsumer(vertx, this);
        return consumer.listen();
    }

    /** Breaks off what is made and waits. */
    @Override
    public Future<?> stop() {
        stopped = true;
        vertx.cancelTimer(idleTimer);
        waiting.forEach(request -> request.promise.tryFail(stops()));
        waiting.clear();
        if (running != null) {
            leave(running);
        }
        return consumer.close()
                .compose(done -> thread.close(() -> {
                    trials.close();
                    return null;
                }));
    }

    private static RefusedException stops() {
        return new RefusedException(RefusalReason.LOST, "the node that made the try-out stops; try again");
    }

    /** {@inheritDoc} May be called from any thread. */
    @Override
    public Future<List<Trial>> run(JsonObject json, List<JsonObject> rows, Future<?> gone) {
        Request request;
        try {
            request = new Request(kinds.compile(json), rows);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
        context.runOnContext(here -> admit(request, gone));
        return request.promise.future();
    }

    private void admit(Request request, Future<?> gone) {
        if (stopped) {
            request.promise.fail(stops());
        } else if (running != null && waiting.size() >= MAX_WAITING) {
            request.promise.fail(new RefusedException(
                    RefusalReason.BUSY,
                    "a try-out is under way and " + MAX_WAITING + " more wait; try again in a moment"));
        } else {
            waiting.add(request);
            gone.onComplete(left -> context.runOnContext(here -> leave(request)));
            next();
        }
    }

    /** Nobody waits for it any more. */
    private void leave(Request request) {
        if (request.promise.future().isComplete()) {
            return;
        }
        request.gone = true;
        if (waiting.remove(request)) {
            request.promise.tryFail(stops());
        } else if (request == running) {
            breakOff();
            // A look-up that was about to begin has not heard of the first.
            long again = vertx.setPeriodic(ABORT_AGAIN_MILLIS, id -> breakOff());
            request.promise.future().onComplete(done -> vertx.cancelTimer(again));
        }
    }

    /** Waits for processes to die, so not on the event loop. */
    private void breakOff() {
        vertx.executeBlocking(
                        () -> {
                            trials.abort();
                            return null;
                        },
                        false)
                .onFailure(error -> LOG.warn("A try-out could not be broken off", error));
    }

    private void next() {
        Request request = running == null ? waiting.poll() : null;
        if (request == null) {
            return;
        }
        vertx.cancelTimer(idleTimer);
        running = request;
        // All of its items' own times, so that a host's pause cannot hold the desk for longer.
        long limit = request.work.policy().itemMillis() * request.rows.size();
        request.deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limit);
        thread.usable().compose(usable -> row(request)).onComplete(done -> {
            running = null;
            if (done.succeeded()) {
                request.promise.tryComplete(List.copyOf(request.done));
            } else {
                request.promise.tryFail(done.cause());
            }
            if (!stopped) {
                idleTimer = vertx.setTimer(idle.toMillis(), id -> rest());
                next();
            }
        });
    }

    private void rest() {
        if (running == null) {
            thread.run(() -> {
                        trials.close();
                        return null;
                    })
                    .onFailure(error -> LOG.warn("The processor of try-outs could not be closed", error));
        }
    }

    /** Looks the next row up, and those behind it. */
    private Future<Void> row(Request request) {
        if (request.gone || stopped) {
            return Future.failedFuture(stops());
        }
        if (request.done.size() == request.rows.size()) {
            return Future.succeededFuture();
        }
        JsonObject row = request.rows.get(request.done.size());
        // Patterns run there, which are not for an event loop.
        Future<Trial> trial = thread.run(() -> Begun.of(request.work, row))
                .compose(begun -> begun.refused() != null
                        ? Future.succeededFuture(begun.refused())
                        : politely(request, begun.input(), begun.host()));
        return trial.compose(made -> {
            request.done.add(made);
            return row(request);
        });
    }

    /**
     * A row before its look-up.
     *
     * @param refused what became of it already, or null
     * @param host where it begins, empty where that is not known
     */
    private record Begun(ItemInput input, @Nullable Trial refused, String host) {
        static Begun of(Work work, JsonObject row) {
            ItemInput input = Trials.input(work, row);
            Trial refused = Trials.refused(work, input);
            return new Begun(
                    input, refused, refused == null ? work.policy().hostOf().apply(input) : "");
        }
    }

    /** Looks a key up once its host may be asked. */
    private Future<Trial> politely(Request request, ItemInput input, String host) {
        if (host.isEmpty()) {
            return look(request, input, host);
        }
        long itemMillis = request.work.policy().itemMillis();
        Duration holdFor = Duration.ofMillis(Math.min(Admission.MAX_HOLD.toMillis(), itemMillis))
                .plus(SLACK);
        return hosts.acquire(host, request.work.policy().politeness(), 1, holdFor)
                .compose(grant -> {
                    if (!grant.passes().isEmpty()) {
                        return look(request, input, host)
                                .onComplete(done -> hosts.release(host, grant.passes(), false)
                                        .onFailure(error -> LOG.debug("A pass lapses by itself", error)));
                    }
                    long wait = Math.max(1, grant.waitMillis());
                    long left = TimeUnit.NANOSECONDS.toMillis(request.deadlineNanos - System.nanoTime());
                    if (wait > left) {
                        return Future.succeededFuture(new Trial(
                                input.key(),
                                ItemResult.failed(
                                        ErrorCode.RATE_LIMITED,
                                        host + " may not be asked again before " + wait + " ms are over; try then",
                                        "start"),
                                List.of()));
                    }
                    Promise<Trial> later = Promise.promise();
                    vertx.setTimer(wait, id -> {
                        if (request.gone || stopped) {
                            later.fail(stops());
                        } else {
                            politely(request, input, host).onComplete(later);
                        }
                    });
                    return later.future();
                });
    }

    private Future<Trial> look(Request request, ItemInput input, String host) {
        Future<Trial> task = thread.run(() -> trials.look(request.work, input, millis -> slowDown(host, millis)));
        Promise<Trial> ended = Promise.promise();
        long limit = request.work.policy().itemMillis() + Heartbeater.GRACE_MILLIS + Heartbeater.RETURN_MILLIS;
        long timer = vertx.setTimer(limit, id -> {
            Trial lost = new Trial(input.key(), Trials.lost(), List.of());
            if (ended.tryComplete(lost)) {
                LOG.error("A try-out did not let go of its thread although it was aborted");
                thread.giveUp(task, trials.forget());
            }
        });
        task.onComplete(done -> {
            vertx.cancelTimer(timer);
            if (done.succeeded()) {
                ended.tryComplete(done.result());
            } else {
                ended.tryFail(done.cause());
            }
        });
        return ended.future();
    }

    /** Before the pass goes back, so that no item slips in. */
    private void slowDown(String host, long retryAfterMillis) {
        if (!host.isEmpty()) {
            hosts.slowDown(host, retryAfterMillis < 0 ? null : retryAfterMillis)
                    .onFailure(error -> LOG.debug("{} could not be slowed down", host, error));
        }
    }
}
