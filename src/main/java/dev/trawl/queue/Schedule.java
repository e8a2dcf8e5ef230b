package dev.trawl.queue;

import dev.trawl.redis.Keys;
import dev.trawl.redis.RedisConnector;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which job's turn it is: the one that has had the least work so far. A hint only; jobs that are missing in it are
 * offered again by whoever sweeps the open jobs.
 */
public final class Schedule {
    private final RedisConnector redis;

    /** For the store behind that connection. */
    public Schedule(RedisConnector redis) {
        this.redis = redis;
    }

    /** Makes a job known as one that may have work. */
    public Future<Void> offer(String job) {
        return redis.run(Scripts.OFFER, List.of(Keys.SCHEDULE), List.of(job)).mapEmpty();
    }

    /** The job whose turn it is, charged for that many items; null when none is known. */
    public Future<@Nullable String> pick(int charge) {
        return redis.run(Scripts.PICK, List.of(Keys.SCHEDULE), List.of(charge)).map(reply -> emptyToNull(reply));
    }

    private static @Nullable String emptyToNull(Response reply) {
        String job = reply.toString();
        return job.isEmpty() ? null : job;
    }

    /** Forgets a job that has no work. */
    public Future<Void> remove(String job) {
        return redis.send(Command.ZREM, Keys.SCHEDULE, job).mapEmpty();
    }
}
