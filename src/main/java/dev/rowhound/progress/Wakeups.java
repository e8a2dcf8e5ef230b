package dev.rowhound.progress;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Signals watchers on all nodes that a job has events. A signal may be lost: watchers also sweep. The first signal is
 * sent at once; those that follow within a few milliseconds are merged into one, so that a busy job does not cost the
 * other nodes one message an event. Thread-safe.
 */
public final class Wakeups {
    private static final String ADDRESS = "rowhound.events";

    /** Header with the sending node. */
    private static final String SENDER = "node";

    /** Pause between two signals for a job: short compared with the time to display an event. */
    private static final int PAUSE_MILLIS = 5;

    private final Vertx vertx;
    private final String node = UUID.randomUUID().toString();
    private final DeliveryOptions signed = new DeliveryOptions().addHeader(SENDER, node);

    /** Timers run here: a timer on a verticle's context would be cancelled with the verticle. */
    private final Context context;

    /** Jobs whose signal was sent a moment ago, and whether another signal is pending. */
    private final ConcurrentHashMap<String, Boolean> pausing = new ConcurrentHashMap<>();

    private final ConcurrentHashMap<String, Set<Runnable>> watchers = new ConcurrentHashMap<>();
    private final MessageConsumer<String> consumer;

    /** Listens on the event bus. Create it outside of verticles, because it outlives them. */
    public Wakeups(Vertx vertx) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.consumer = vertx.eventBus().consumer(ADDRESS, message -> {
            if (!node.equals(message.headers().get(SENDER))) {
                wake(message.body());
            }
        });
    }

    /** Signals that the job has events. */
    public void publish(String job) {
        boolean more = pausing.merge(job, false, (sent, again) -> true);
        if (!more) {
            context.runOnContext(run -> send(job));
        }
    }

    /** Sends a signal, and another after the pause if one is pending. */
    private void send(String job) {
        // Wakes this node's watchers directly, also when the node is cut off from the event bus.
        wake(job);
        vertx.eventBus().publish(ADDRESS, job, signed);
        vertx.setTimer(PAUSE_MILLIS, id -> {
            if (pausing.computeIfPresent(job, (key, more) -> more ? false : null) != null) {
                send(job);
            }
        });
    }

    /** Returns the name that stands for all jobs of a user: published when a job is created or reopened. */
    public static String jobsOf(String user) {
        return "user:" + user;
    }

    /** Runs the watcher on any thread whenever the job has events, until it is removed. */
    public void add(String job, Runnable watcher) {
        watchers.compute(job, (key, present) -> {
            Set<Runnable> set = present == null ? ConcurrentHashMap.newKeySet() : present;
            set.add(watcher);
            return set;
        });
    }

    public void remove(String job, Runnable watcher) {
        watchers.computeIfPresent(job, (key, set) -> {
            set.remove(watcher);
            return set.isEmpty() ? null : set;
        });
    }

    /** Stops listening; sends pending signals. */
    public void close() {
        pausing.forEach((job, seen) -> {
            // Removed, so that the end of the pause sends nothing.
            if (Boolean.TRUE.equals(pausing.remove(job))) {
                vertx.eventBus().publish(ADDRESS, job, signed);
            }
        });
        var unused = consumer.unregister();
    }

    private void wake(String job) {
        watchers.getOrDefault(job, Set.of()).forEach(Runnable::run);
    }
}
