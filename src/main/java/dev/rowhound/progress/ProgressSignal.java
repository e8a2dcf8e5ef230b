package dev.rowhound.progress;

import dev.rowhound.job.event.ItemProgress;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.function.BiConsumer;

/**
 * Tells the watchers of a job, those of this node and those of the others, how far its items are. Nothing is kept: who
 * misses one hears the next. Safe for use from any thread.
 */
public final class ProgressSignal {
    private static final String ADDRESS = "rowhound.progress";
    private static final String JOB = "job";

    private final Vertx vertx;

    /** On that event bus. */
    public ProgressSignal(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Tells it. */
    public void publish(ItemProgress progress) {
        vertx.eventBus()
                .publish(ADDRESS, progress.toJson().encode(), new DeliveryOptions().addHeader(JOB, progress.job()));
    }

    /** Hands on the job and the wire form of whatever is told, for as long as the event bus lasts. */
    void listen(BiConsumer<String, String> listener) {
        vertx.eventBus()
                .<String>consumer(
                        ADDRESS, message -> listener.accept(message.headers().get(JOB), message.body()));
    }
}
