package dev.rowhound.queue;

import dev.rowhound.redis.Coalescer;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;

/**
 * Signals idle workers on all nodes that there is work. A signal may be lost: workers also poll. The first signal is
 * sent at once; those that follow within a few milliseconds, such as for the chunks of an upload, are merged into one.
 */
public final class WorkSignal {
    private static final String ADDRESS = "rowhound.work";

    private final Vertx vertx;
    private final Coalescer signals;

    /** Create it outside of verticles, because it outlives them. */
    public WorkSignal(Vertx vertx) {
        this.vertx = vertx;
        this.signals = new Coalescer(vertx, address -> vertx.eventBus().publish(address, ""));
    }

    public void publish() {
        signals.request(ADDRESS);
    }

    /** Runs the listener on the current context for each signal until it is unregistered. */
    public MessageConsumer<String> listen(Runnable listener) {
        return vertx.eventBus().consumer(ADDRESS, message -> listener.run());
    }
}
