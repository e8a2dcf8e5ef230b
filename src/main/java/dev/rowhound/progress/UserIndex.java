package dev.rowhound.progress;

import dev.rowhound.job.JobState;
import dev.rowhound.redis.JobField;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.RedisConnector;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a user's job index. */
final class UserIndex {
    /** Only this many of a user's latest jobs are considered. */
    static final int MAX_JOBS = 1000;

    private final RedisConnector redis;

    UserIndex(RedisConnector redis) {
        this.redis = redis;
    }

    /**
     * A job's state in Redis.
     *
     * @param open whether it can still change
     * @param ended when it ended, in milliseconds, 0 if it has not
     * @param seq the sequence number of its last event
     */
    record JobProgress(boolean open, long ended, long seq) {}

    /** Returns the latest jobs created from a time on, with their creation times, in milliseconds. */
    Future<Map<String, Long>> since(String user, long millis) {
        return redis.send(
                        Command.ZREVRANGEBYSCORE,
                        Keys.userJobs(user),
                        "+inf",
                        millis,
                        "WITHSCORES",
                        "LIMIT",
                        0,
                        MAX_JOBS)
                .map(UserIndex::entries);
    }

    private static Map<String, Long> entries(@Nullable Response reply) {
        Map<String, Long> entries = new LinkedHashMap<>();
        if (reply != null) {
            for (Response pair : reply) {
                entries.put(pair.get(0).toString(), Math.round(pair.get(1).toDouble()));
            }
        }
        return entries;
    }

    /** Returns a job's state; null if it does not exist or belongs to another user. */
    Future<@Nullable JobProgress> progressOf(String user, String job) {
        return redis.send(
                        Command.HMGET,
                        Keys.job(job).meta(),
                        JobField.STATE.key(),
                        JobField.USER.key(),
                        JobField.ENDED.key(),
                        JobField.SEQ.key())
                .map(values -> progressOf(user, values));
    }

    private static @Nullable JobProgress progressOf(String user, @Nullable Response values) {
        if (values == null || values.get(0) == null || !user.equals(text(values.get(1)))) {
            return null;
        }
        boolean open = !JobState.of(values.get(0).toString()).terminal();
        return new JobProgress(open, number(values.get(2)), number(values.get(3)));
    }

    private static String text(@Nullable Response value) {
        return value == null ? "" : value.toString();
    }

    private static long number(@Nullable Response value) {
        return value == null ? 0 : value.toLong();
    }

    /** Returns the states of several jobs, in the same order. */
    Future<List<@Nullable JobProgress>> progressOf(String user, List<String> jobs) {
        List<Future<@Nullable JobProgress>> requests =
                jobs.stream().map(job -> progressOf(user, job)).toList();
        return Future.all(requests).map(all -> all.<@Nullable JobProgress>list());
    }
}
