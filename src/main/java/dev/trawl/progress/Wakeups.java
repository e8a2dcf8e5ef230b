package dev.trawl.progress;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells watchers that a job has events. A hint: who misses one finds the events at the next sweep. Safe for use from
 * any thread.
 */
public final class Wakeups {
    private static final String ADDRESS = "trawl.events";

    private final Vertx vertx;
    private final ConcurrentHashMap<String, Set<Runnable>> watchers = new ConcurrentHashMap<>();
    private final MessageConsumer<String> consumer;

    /** Listens on the event bus. */
    public Wakeups(Vertx vertx) {
        this.vertx = vertx;
        this.consumer = vertx.eventBus().consumer(ADDRESS, message -> wake(message.body()));
    }

    /** Says that the job has events. */
    public void publish(String job) {
        vertx.eventBus().publish(ADDRESS, job);
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

    /** Stops listening. */
    public void close() {
        var unused = consumer.unregister();
    }

    private void wake(String job) {
        watchers.getOrDefault(job, Set.of()).forEach(Runnable::run);
    }
}
