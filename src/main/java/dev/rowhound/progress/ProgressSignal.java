package dev.rowhound.progress;

import dev.rowhound.job.event.ItemProgress;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.function.BiConsumer;

/**
 * Publishes the progress of items to the watchers of their job on all nodes. Messages are not stored: a lost one is
 * superseded by the next. Thread-safe.
 */
public final class ProgressSignal {
    private static final String ADDRESS = "rowhound.progress";
    private static final String JOB = "job";

    private final Vertx vertx;

    public ProgressSignal(Vertx vertx) {
        this.vertx = vertx;
    }

    public void publish(ItemProgress progress) {
        vertx.eventBus()
                .publish(ADDRESS, progress.toJson().encode(), new DeliveryOptions().addHeader(JOB, progress.job()));
    }

    /** Passes job and wire form of each message to the listener, for the lifetime of the event bus. */
    void listen(BiConsumer<String, String> listener) {
        vertx.eventBus()
                .<String>consumer(
                        ADDRESS, message -> listener.accept(message.headers().get(JOB), message.body()));
    }
}
