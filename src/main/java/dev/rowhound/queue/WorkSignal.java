package dev.rowhound.queue;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Signals idle workers on all nodes that there is work. A signal may be lost: workers also poll. The first signal is
 * sent at once; those that follow within a few milliseconds, such as for the chunks of an upload, are merged into one.
 */
public final class WorkSignal {
    private static final String ADDRESS = "rowhound.work";

    private static final int PAUSE_MILLIS = 5;

    private final Vertx vertx;

    /** Timers run here: a timer on a verticle's context would be cancelled with the verticle. */
    private final Context context;

    /**
     * Number of calls since the last sent signal, including the one it was sent for; 0 if the next call sends at once.
     */
    private final AtomicInteger pending = new AtomicInteger();

    /** Create it outside of verticles, because it outlives them. */
    public WorkSignal(Vertx vertx) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
    }

    public void publish() {
        if (pending.getAndIncrement() == 0) {
            context.runOnContext(run -> send());
        }
    }

    private void send() {
        vertx.eventBus().publish(ADDRESS, "");
        vertx.setTimer(PAUSE_MILLIS, id -> {
            if (pending.getAndUpdate(count -> count > 1 ? 1 : 0) > 1) {
                send();
            }
        });
    }

    /** Runs the listener on the current context for each signal until it is unregistered. */
    public MessageConsumer<String> listen(Runnable listener) {
        return vertx.eventBus().consumer(ADDRESS, message -> listener.run());
    }
}
