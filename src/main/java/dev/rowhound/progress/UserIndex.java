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

/** Reads which jobs a user has. */
final class UserIndex {
    /** Of a user with more jobs than these, only so many of the youngest are looked at. */
    static final int MAX_JOBS = 1000;

    private final RedisConnector redis;

    UserIndex(RedisConnector redis) {
        this.redis = redis;
    }

    /**
     * How a job stands in the store.
     *
     * @param open whether anything can still happen to it
     * @param ended when it ended, in milliseconds, 0 where it has not
     * @param seq the number of its last event
     */
    record JobProgress(boolean open, long ended, long seq) {}

    /** The youngest jobs that were entered from that moment on, and when they were, in milliseconds. */
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

    /** How a job stands; null where there is none, or it is somebody else's. */
    Future<@Nullable JobProgress> standing(String user, String job) {
        return redis.send(
                        Command.HMGET,
                        Keys.job(job).meta(),
                        JobField.STATE.key(),
                        JobField.USER.key(),
                        JobField.ENDED.key(),
                        JobField.SEQ.key())
                .map(values -> standing(user, values));
    }

    private static @Nullable JobProgress standing(String user, @Nullable Response values) {
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

    /** How several jobs stand, in that order. */
    Future<List<@Nullable JobProgress>> standings(String user, List<String> jobs) {
        List<Future<@Nullable JobProgress>> asked =
                jobs.stream().map(job -> standing(user, job)).toList();
        return Future.all(asked).map(all -> all.<@Nullable JobProgress>list());
    }
}
