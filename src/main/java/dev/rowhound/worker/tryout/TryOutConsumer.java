package dev.rowhound.worker.tryout;

import dev.rowhound.job.TryOut;
import dev.rowhound.job.TryOut.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes try-outs that come over the event bus. Belongs to the context that it listens on. */
final class TryOutConsumer {
    /** Where a try-out is asked for; one of the nodes that listen gets it. */
    static final String ADDRESS = "rowhound.try";

    /** Where it is said that nobody waits for a try-out any more; all nodes that listen hear it. */
    static final String GONE = "rowhound.try.gone";

    /** What a failure is called whose kind is none of {@link TryOut.RefusalReason}. */
    static final int FAULT = 100;

    private final Vertx vertx;
    private final TryOut desk;
    private final Map<String, Promise<Void>> waited = new HashMap<>();
    private @Nullable MessageConsumer<Buffer> asked;
    private @Nullable MessageConsumer<String> gone;

    TryOutConsumer(Vertx vertx, TryOut desk) {
        this.vertx = vertx;
        this.desk = desk;
    }

    /** Begins to listen. */
    Future<Void> listen() {
        MessageConsumer<Buffer> asking = vertx.eventBus().consumer(ADDRESS, this::run);
        MessageConsumer<String> leaving = vertx.eventBus().consumer(GONE, message -> {
            Promise<Void> left = waited.remove(message.body());
            if (left != null) {
                left.tryComplete();
            }
        });
        asked = asking;
        gone = leaving;
        return asking.completion().compose(done -> leaving.completion());
    }

    Future<Void> close() {
        Future<Void> first = asked == null ? Future.succeededFuture() : asked.unregister();
        return first.compose(done -> gone == null ? Future.succeededFuture() : gone.unregister());
    }

    private void run(Message<Buffer> message) {
        TrialJson.Asked wish = TrialJson.asked(message.body());
        Promise<Void> left = Promise.promise();
        waited.put(wish.id(), left);
        desk.run(wish.specification(), wish.rows(), left.future())
                .compose(trials -> vertx.executeBlocking(() -> TrialJson.encode(trials), false))
                .onComplete(done -> {
                    waited.remove(wish.id());
                    if (done.succeeded()) {
                        message.reply(done.result());
                    } else if (done.cause() instanceof RefusedException refused) {
                        message.fail(refused.reason().ordinal(), refused.getMessage());
                    } else {
                        message.fail(FAULT, String.valueOf(done.cause().getMessage()));
                    }
                });
    }
}
