package dev.rowhound.progress;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells watchers that a job has events, those of this node and, over the event bus, those of the others. A hint: who
 * misses one finds the events at the next sweep. The first one is sent at once; what follows within a few milliseconds
 * is sent as one at their end, so that a busy job costs the other nodes no message an event. Safe for use from any
 * thread.
 */
public final class Wakeups {
    private static final String ADDRESS = "rowhound.events";

    /** Where a message says which node has sent it. */
    private static final String SENDER = "node";

    /** The pause between two wake-ups of a job, in milliseconds: little beside what a message takes to be drawn. */
    private static final int PAUSE_MILLIS = 5;

    private final Vertx vertx;
    private final String node = UUID.randomUUID().toString();
    private final DeliveryOptions signed = new DeliveryOptions().addHeader(SENDER, node);

    /** Where timers live: one that is set on a verticle's context would go with the verticle. */
    private final Context context;

    /** The jobs whose wake-up was sent a moment ago, and whether there is more to send. */
    private final ConcurrentHashMap<String, Boolean> pausing = new ConcurrentHashMap<>();

    private final ConcurrentHashMap<String, Set<Runnable>> watchers = new ConcurrentHashMap<>();
    private final MessageConsumer<String> consumer;

    /** Listens on the event bus. To be made outside of verticles, as it outlives them. */
    public Wakeups(Vertx vertx) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.consumer = vertx.eventBus().consumer(ADDRESS, message -> {
            if (!node.equals(message.headers().get(SENDER))) {
                wake(message.body());
            }
        });
    }

    /** Says that the job has events. */
    public void publish(String job) {
        boolean more = pausing.merge(job, false, (sent, again) -> true);
        if (!more) {
            context.runOnContext(run -> tell(job));
        }
    }

    /** Tells it, and again after the pause if there was more meanwhile. */
    private void tell(String job) {
        // This node's own watchers hear of it even where the bus has lost them.
        wake(job);
        vertx.eventBus().publish(ADDRESS, job, signed);
        vertx.setTimer(PAUSE_MILLIS, id -> {
            if (pausing.computeIfPresent(job, (key, more) -> more ? false : null) != null) {
                tell(job);
            }
        });
    }

    /**
     * What stands for all jobs of a user in place of a job: published when one is opened, or goes on after its end.
     */
    public static String jobsOf(String user) {
        return "user:" + user;
    }

    /** Runs that whenever the job has events, on any thread, until it is removed. */
    public void add(String job, Runnable watcher) {
        watchers.compute(job, (key, present) -> {
            Set<Runnable> set = present == null ? ConcurrentHashMap.newKeySet() : present;
            set.add(watcher);
            return set;
        });
    }

    /** Ends what {@link #add} began. */
    public void remove(String job, Runnable watcher) {
        watchers.computeIfPresent(job, (key, set) -> {
            set.remove(watcher);
            return set.isEmpty() ? null : set;
        });
    }

    /** Stops listening; what waited is sent. */
    public void close() {
        pausing.forEach((job, seen) -> {
            // Removed, so that the end of the pause has nothing more to tell.
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
