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
 * The index of ended jobs whose results await compaction, by the time of compaction. It is a hint: the periodic search
 * through all jobs' files restores missing jobs, and superfluous entries are harmless. It costs nothing for compacted
 * jobs.
 */
public final class EndedJobs {
    private final RedisConnector redis;
    private final QueueConfig config;

    public EndedJobs(RedisConnector redis, QueueConfig config) {
        this.redis = redis;
        this.config = config;
    }

    /**
     * A job that is due for compaction.
     *
     * @param id the job's id
     * @param time its score in the index, in milliseconds
     */
    public record Ended(String id, long time) {}

    /** Adds a job that has just ended, or restarts its delay. */
    Future<Void> add(String job) {
        long time = System.currentTimeMillis() + config.compactAfter().toMillis();
        return redis.send(Command.ZADD, Keys.endedJobs(job), time, job).mapEmpty();
    }

    /** Adds a job that ended earlier, unless it is in the index. */
    public Future<Void> remember(String job) {
        return redis.send(Command.ZADD, Keys.endedJobs(job), "NX", System.currentTimeMillis(), job)
                .mapEmpty();
    }

    /**
     * Returns the jobs that are due.
     *
     * @param most the maximum from each of the {@link Keys#OPEN_SETS} shards
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

    /** Removes a job, unless it has ended again meanwhile. */
    public Future<Void> done(Ended job) {
        return settle(job, "");
    }

    /** Delays a job's next check. */
    public Future<Void> putOff(Ended job, long millis) {
        return settle(job, String.valueOf(System.currentTimeMillis() + millis));
    }

    private Future<Void> settle(Ended job, String next) {
        return redis.run(Scripts.SETTLE, List.of(Keys.endedJobs(job.id())), List.of(job.id(), job.time(), next))
                .mapEmpty();
    }
}
