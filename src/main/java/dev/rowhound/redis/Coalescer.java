package dev.rowhound.redis;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Limits how often an action runs for a name: at once for the first request, then once for all requests of the next few
 * milliseconds. Thread-safe.
 */
public final class Coalescer {
    /** Short compared with the time to display an event. */
    private static final int PAUSE_MILLIS = 5;

    private final Vertx vertx;
    private final Consumer<String> action;

    /** Timers run here: a timer on a verticle's context would be cancelled with the verticle. */
    private final Context context;

    /** Names whose action ran a moment ago, and whether it was requested again since. */
    private final ConcurrentHashMap<String, Boolean> pausing = new ConcurrentHashMap<>();

    /**
     * Creates a coalescer that outlives verticles, and must therefore be created outside of them.
     *
     * @param action receives the name
     */
    public Coalescer(Vertx vertx, Consumer<String> action) {
        this.vertx = vertx;
        this.action = action;
        this.context = vertx.getOrCreateContext();
    }

    /** Requests the action for a name. */
    public void request(String name) {
        boolean again = pausing.merge(name, false, (ran, more) -> true);
        if (!again) {
            context.runOnContext(none -> run(name));
        }
    }

    private void run(String name) {
        action.accept(name);
        vertx.setTimer(PAUSE_MILLIS, id -> {
            if (pausing.computeIfPresent(name, (key, again) -> again ? false : null) != null) {
                run(name);
            }
        });
    }

    /** Passes the names whose action is due after the pause to {@code last}, and does not run it for them. */
    public void drain(Consumer<String> last) {
        pausing.forEach((name, seen) -> {
            if (Boolean.TRUE.equals(pausing.remove(name))) {
                last.accept(name);
            }
        });
    }
}
