package dev.rowhound.queue.job;

import dev.rowhound.queue.QueueConfig;
import dev.rowhound.queue.Scripts;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.RedisConnector;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The ended jobs whose results are still to be compacted, by the time from which on they may be. A hint: what it has
 * forgotten is found again by the look at all jobs' files, and what it holds too much does no harm. So it costs nothing
 * for jobs that have been compacted, however many there are.
 */
public final class EndedJobs {
    private final RedisConnector redis;
    private final QueueConfig config;

    /** For the store behind that connection. */
    public EndedJobs(RedisConnector redis, QueueConfig config) {
        this.redis = redis;
        this.config = config;
    }

    /**
     * A job that may be compacted.
     *
     * @param id the job's id
     * @param time what stood in the index, in milliseconds
     */
    public record Ended(String id, long time) {}

    /** A job has ended; its time begins anew. */
    Future<Void> add(String job) {
        long time = System.currentTimeMillis() + config.compactAfter().toMillis();
        return redis.send(Command.ZADD, Keys.endedJobs(job), time, job).mapEmpty();
    }

    /** Puts a job that has ended before into the index, unless it is there. */
    public Future<Void> remember(String job) {
        return redis.send(Command.ZADD, Keys.endedJobs(job), "NX", System.currentTimeMillis(), job)
                .mapEmpty();
    }

    /**
     * The jobs whose time has come.
     *
     * @param most how many of each of the {@link Keys#OPEN_SETS} sets at most
     */
    public Future<List<Ended>> due(int most) {
        long now = System.currentTimeMillis();
        List<Future<@Nullable Response>> sets = IntStream.range(0, Keys.OPEN_SETS)
                .mapToObj(set -> redis.send(
                        Command.ZRANGEBYSCORE, Keys.endedSet(set), "-inf", now, "WITHSCORES", "LIMIT", 0, most))
                .toList();
        return Future.all(sets).map(all -> {
            List<Ended> due = new ArrayList<>();
            for (int set = 0; set < Keys.OPEN_SETS; set++) {
                Response pairs = all.resultAt(set);
                if (pairs != null) {
                    pairs.forEach(pair -> due.add(
                            new Ended(pair.get(0).toString(), pair.get(1).toLong())));
                }
            }
            return due;
        });
    }

    /** A job needs nothing more. One that has ended again meanwhile stays. */
    public Future<Void> done(Ended job) {
        return settle(job, "");
    }

    /** A job is to be looked at again after that time. */
    public Future<Void> putOff(Ended job, long millis) {
        return settle(job, String.valueOf(System.currentTimeMillis() + millis));
    }

    private Future<Void> settle(Ended job, String next) {
        return redis.run(Scripts.SETTLE, List.of(Keys.endedJobs(job.id())), List.of(job.id(), job.time(), next))
                .mapEmpty();
    }
}
