package dev.rowhound.cluster;

import dev.rowhound.job.TryOut;
import dev.rowhound.job.TryOut.RefusalReason;
import dev.rowhound.job.TryOut.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiFunction;

/** Try-outs on their way to the nodes that make them, over the event bus. */
public final class TryOutBus {
    /** Where a try-out is asked for; one of the nodes that listen gets it. */
    private static final String ADDRESS = "rowhound.try";

    /** Where it is said that nobody waits for a try-out any more; all nodes that listen hear it. */
    private static final String GONE = "rowhound.try.gone";

    /** The header with a try-out's id. */
    private static final String ID = "id";

    /** The code of a failure for none of the {@link RefusalReason}s. */
    private static final int FAULT = 100;

    private final Vertx vertx;

    /** On that event bus. */
    public TryOutBus(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * Has a try-out made by a node that listens.
     *
     * @param options for how long, and whether only by this node
     * @param gone ends, in whatever way, when nobody waits for the try-out any more
     * @return what the maker has answered; fails with {@link RefusedException} where there is none, or it refuses
     */
    public Future<Buffer> ask(TryOut tryOut, DeliveryOptions options, Future<?> gone) {
        String id = UUID.randomUUID().toString();
        Future<Buffer> made = vertx.eventBus()
                .<Buffer>request(ADDRESS, tryOut.toJson(), options.addHeader(ID, id))
                .map(Message::body)
                .recover(error -> Future.failedFuture(error instanceof ReplyException reply ? refused(reply) : error));
        gone.onComplete(left -> {
            if (!made.isComplete()) {
                vertx.eventBus().publish(GONE, id);
            }
        });
        return made;
    }

    private static Throwable refused(ReplyException reply) {
        return switch (reply.failureType()) {
            case NO_HANDLERS ->
                new RefusedException(
                        RefusalReason.NO_WORKER,
                        "no node with the role worker responds on the event bus; add the role to this node, or connect the"
                                + " nodes with cluster.enabled");
            case TIMEOUT ->
                new RefusedException(RefusalReason.LOST, "the node that ran the try-out stopped responding; try again");
            default -> {
                int code = reply.failureCode();
                yield code < 0 || code >= RefusalReason.values().length
                        ? reply
                        : new RefusedException(RefusalReason.values()[code], String.valueOf(reply.getMessage()));
            }
        };
    }

    /**
     * Listens, on the context of the calling verticle and as long as that is deployed.
     *
     * @param maker makes a try-out, until the future that it is given ends: nobody waits any more then
     */
    public Future<?> serve(BiFunction<TryOut, Future<?>, Future<Buffer>> maker) {
        Map<String, Promise<Void>> callers = new HashMap<>();
        MessageConsumer<JsonObject> asked = vertx.eventBus().consumer(ADDRESS, message -> {
            String id = message.headers().get(ID);
            Promise<Void> left = Promise.promise();
            callers.put(id, left);
            maker.apply(TryOut.of(message.body()), left.future()).onComplete(made -> {
                callers.remove(id);
                if (made.succeeded()) {
                    message.reply(made.result());
                } else {
                    int code = made.cause() instanceof RefusedException refused
                            ? refused.reason().ordinal()
                            : FAULT;
                    message.fail(code, String.valueOf(made.cause().getMessage()));
                }
            });
        });
        MessageConsumer<String> gone = vertx.eventBus().consumer(GONE, message -> {
            Promise<Void> left = callers.remove(message.body());
            if (left != null) {
                left.complete();
            }
        });
        return Future.join(asked.completion(), gone.completion());
    }
}
