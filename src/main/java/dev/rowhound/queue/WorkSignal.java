package dev.rowhound.queue;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tells idle workers, of this node and of the others, that there is work. A hint: who misses one finds the work when it
 * looks by itself. The first one is sent at once; what follows within a few milliseconds, such as the chunks of an
 * upload, is sent as one at their end.
 */
public final class WorkSignal {
    private static final String ADDRESS = "rowhound.work";

    /** The pause between two signals, in milliseconds. */
    private static final int PAUSE_MILLIS = 5;

    private final Vertx vertx;

    /** Where timers live: one that is set on a verticle's context would go with the verticle. */
    private final Context context;

    /** How many signals came since the last one was sent, that one included; 0 when the next may be sent at once. */
    private final AtomicInteger said = new AtomicInteger();

    /** On that event bus. To be made outside of verticles, as it outlives them. */
    public WorkSignal(Vertx vertx) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
    }

    /** Says that there is work. */
    public void publish() {
        if (said.getAndIncrement() == 0) {
            context.runOnContext(run -> tell());
        }
    }

    private void tell() {
        vertx.eventBus().publish(ADDRESS, "");
        vertx.setTimer(PAUSE_MILLIS, id -> {
            if (said.getAndUpdate(times -> times > 1 ? 1 : 0) > 1) {
                tell();
            }
        });
    }

    /** Runs that on the present context whenever there is work, until it is unregistered. */
    public MessageConsumer<String> listen(Runnable listener) {
        return vertx.eventBus().consumer(ADDRESS, message -> listener.run());
    }
}
