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
 * Caches job snapshots for a short time, so that many concurrent callers cause one store read per job and interval.
 * Thread-safe.
 */
public final class Snapshots {
    private final Vertx vertx;
    private final Jobs jobs;
    private final long millis;
    private final ConcurrentHashMap<String, Future<@Nullable JobSnapshot>> recent = new ConcurrentHashMap<>();

    /** @param millis how long a snapshot is cached */
    public Snapshots(Vertx vertx, Jobs jobs, long millis) {
        this.vertx = vertx;
        this.jobs = jobs;
        this.millis = millis;
    }

    /** Finds a current or recent snapshot of a job, or null if the job does not exist. */
    public Future<@Nullable JobSnapshot> find(String id) {
        Promise<@Nullable JobSnapshot> snapshot = Promise.promise();
        Future<@Nullable JobSnapshot> cached = recent.putIfAbsent(id, snapshot.future());
        if (cached != null) {
            return CallerContext.keep(cached);
        }
        vertx.timer(millis, TimeUnit.MILLISECONDS).onComplete(expired -> recent.remove(id, snapshot.future()));
        jobs.find(id).onFailure(error -> recent.remove(id, snapshot.future())).onComplete(snapshot);
        return snapshot.future();
    }
}
