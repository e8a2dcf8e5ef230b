package dev.rowhound.app.reading;

import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.redis.CallerContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Jobs as they stood a moment ago: however many ask, the store is read once a job and moment. Safe for use from any
 * thread.
 */
public final class Snapshots {
    private final Vertx vertx;
    private final Jobs jobs;
    private final long millis;
    private final ConcurrentHashMap<String, Future<@Nullable JobSnapshot>> recent = new ConcurrentHashMap<>();

    /**
     * Reads those jobs.
     *
     * @param millis how long what was read is told again
     */
    public Snapshots(Vertx vertx, Jobs jobs, long millis) {
        this.vertx = vertx;
        this.jobs = jobs;
        this.millis = millis;
    }

    /** The job of that id as it stands or stood a moment ago, or null where there is none. */
    public Future<@Nullable JobSnapshot> find(String id) {
        Promise<@Nullable JobSnapshot> found = Promise.promise();
        Future<@Nullable JobSnapshot> known = recent.putIfAbsent(id, found.future());
        if (known != null) {
            return CallerContext.keep(known);
        }
        vertx.timer(millis, TimeUnit.MILLISECONDS).onComplete(passed -> recent.remove(id, found.future()));
        jobs.find(id).onFailure(error -> recent.remove(id, found.future())).onComplete(found);
        return found.future();
    }
}
