package dev.rowhound.progress;

import dev.rowhound.redis.Coalescer;
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

    private final Vertx vertx;
    private final String node = UUID.randomUUID().toString();
    private final DeliveryOptions signed = new DeliveryOptions().addHeader(SENDER, node);

    private final Coalescer signals;
    private final ConcurrentHashMap<String, Set<Runnable>> watchers = new ConcurrentHashMap<>();
    private final MessageConsumer<String> consumer;

    /** Listens on the event bus. Create it outside of verticles, because it outlives them. */
    public Wakeups(Vertx vertx) {
        this.vertx = vertx;
        this.signals = new Coalescer(vertx, this::send);
        this.consumer = vertx.eventBus().consumer(ADDRESS, message -> {
            if (!node.equals(message.headers().get(SENDER))) {
                wake(message.body());
            }
        });
    }

    /** Signals that the job has events. */
    public void publish(String job) {
        signals.request(job);
    }

    private void send(String job) {
        // Wakes this node's watchers directly, also when the node is cut off from the event bus.
        wake(job);
        vertx.eventBus().publish(ADDRESS, job, signed);
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
        signals.drain(job -> vertx.eventBus().publish(ADDRESS, job, signed));
        var unused = consumer.unregister();
    }

    private void wake(String job) {
        watchers.getOrDefault(job, Set.of()).forEach(Runnable::run);
    }
}
