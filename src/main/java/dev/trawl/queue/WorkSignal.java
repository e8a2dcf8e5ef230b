package dev.trawl.queue;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;

/** Tells idle workers that there is work. A hint: who misses one finds the work when it looks by itself. */
public final class WorkSignal {
    private static final String ADDRESS = "trawl.work";

    private final Vertx vertx;

    /** On that event bus. */
    public WorkSignal(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Says that there is work. */
    public void publish() {
        vertx.eventBus().publish(ADDRESS, "");
    }

    /** Runs that on the present context whenever there is work, until it is unregistered. */
    public MessageConsumer<String> listen(Runnable listener) {
        return vertx.eventBus().consumer(ADDRESS, message -> listener.run());
    }
}
