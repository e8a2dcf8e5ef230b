package dev.rowhound.worker.tryout;

import dev.rowhound.job.TryOut;
import dev.rowhound.job.WorkKinds;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Has try-outs made by this node, or where it is no worker or is busy, by another one over the event bus. */
public final class TryOuts implements TryOut {
    /** How many nodes are asked before all count as busy: they get what is asked in turn. */
    private static final int MAX_ASKED = 4;

    /** What a node may take beyond the look-ups: those that wait there before it, and a processor's start. */
    private static final Duration QUEUE = Duration.ofMinutes(5);

    private final Vertx vertx;
    private final WorkKinds kinds;
    private final @Nullable TryOut own;

    /**
     * @param kinds tell how long a row may take
     * @param own this node's desk, or null where it is no worker
     */
    public TryOuts(Vertx vertx, WorkKinds kinds, @Nullable TryOut own) {
        this.vertx = vertx;
        this.kinds = kinds;
        this.own = own;
    }

    @Override
    public Future<List<Trial>> run(JsonObject specification, List<JsonObject> rows, Future<?> gone) {
        if (own == null) {
            return elsewhere(specification, rows, gone);
        }
        return own.run(specification, rows, gone)
                .recover(error -> error instanceof RefusedException refused && refused.reason() == RefusalReason.BUSY
                        ? elsewhere(specification, rows, gone)
                        : Future.failedFuture(error));
    }

    private Future<List<Trial>> elsewhere(JsonObject specification, List<JsonObject> rows, Future<?> gone) {
        String id = UUID.randomUUID().toString();
        Buffer wish = TrialJson.encode(new TrialJson.Asked(id, specification, rows));
        long item = kinds.compile(specification).policy().itemMillis();
        DeliveryOptions limit = new DeliveryOptions().setSendTimeout(QUEUE.toMillis() + item * rows.size());
        Future<List<Trial>> trials =
                ask(wish, limit, 1).compose(answer -> vertx.executeBlocking(() -> TrialJson.trials(answer), false));
        gone.onComplete(left -> {
            if (!trials.isComplete()) {
                vertx.eventBus().publish(TryOutConsumer.GONE, id);
            }
        });
        return trials;
    }

    private Future<Buffer> ask(Buffer wish, DeliveryOptions limit, int asked) {
        return vertx.eventBus()
                .<Buffer>request(TryOutConsumer.ADDRESS, wish, limit)
                .map(reply -> reply.body())
                .recover(error -> {
                    if (!(error instanceof ReplyException failure)) {
                        return Future.failedFuture(error);
                    }
                    if (failure.failureType() == ReplyFailure.NO_HANDLERS) {
                        return Future.failedFuture(new RefusedException(
                                RefusalReason.NOBODY,
                                "no node with the role worker is heard over the event bus; give this node the role,"
                                        + " or join the nodes with cluster.enabled"));
                    }
                    if (failure.failureType() == ReplyFailure.TIMEOUT) {
                        return Future.failedFuture(new RefusedException(
                                RefusalReason.LOST, "the node that made the try-out has fallen silent; try again"));
                    }
                    int code = failure.failureCode();
                    if (code < 0 || code >= RefusalReason.values().length) {
                        return Future.failedFuture(error);
                    }
                    RefusalReason reason = RefusalReason.values()[code];
                    return reason == RefusalReason.BUSY && asked < MAX_ASKED
                            ? ask(wish, limit, asked + 1)
                            : Future.failedFuture(new RefusedException(reason, String.valueOf(failure.getMessage())));
                });
    }
}
