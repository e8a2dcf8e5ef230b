package dev.rowhound.queue.job;

import dev.rowhound.job.JobState;
import dev.rowhound.redis.JobField;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.RedisConnector;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The index of open jobs, from which all that is a hint is made again: the nodes share its sets among them, remember
 * what they have seen in it, and put back what it has lost. For one thread.
 */
public final class OpenJobs {
    /** How many keys one step of {@link #reindex} reads, about half a millisecond of the store's time. */
    private static final int SCANNED = 1000;

    private final RedisConnector redis;
    private final Map<Integer, Set<String>> known = new HashMap<>();

    /** For the store behind that connection. */
    public OpenJobs(RedisConnector redis) {
        this.redis = redis;
    }

    /**
     * The ids of the jobs that may be open and that no other node looks after at present: each of the index's sets is
     * one node's for a while.
     *
     * @param every for how long, a little less than the time between two calls
     */
    public Future<List<String>> sweep(Duration every) {
        List<Future<List<String>>> sets = IntStream.range(0, Keys.OPEN_SETS)
                .mapToObj(set -> redis.send(Command.SET, Keys.sweep(set), 1, "NX", "PX", every.toMillis())
                        .compose(mine -> mine == null
                                ? Future.succeededFuture(List.<String>of())
                                : members(set, known.getOrDefault(set, Set.of()))))
                .toList();
        return Future.all(sets)
                .map(all -> sets.stream().flatMap(set -> set.result().stream()).toList());
    }

    /** Those that this node has found open, and that the index has lost, are put back. */
    private Future<List<String>> members(int set, Set<String> known) {
        return redis.send(Command.SMEMBERS, Keys.openSet(set)).compose(members -> {
            Set<String> jobs = new LinkedHashSet<>(Jobs.strings(members));
            List<String> lost =
                    known.stream().filter(job -> !jobs.contains(job)).toList();
            if (lost.isEmpty()) {
                return Future.succeededFuture(List.copyOf(jobs));
            }
            jobs.addAll(lost);
            Request add = Request.cmd(Command.SADD).arg(Keys.openSet(set));
            lost.forEach(add::arg);
            return redis.send(add).map(List.copyOf(jobs));
        });
    }

    /** Says whether a job of a sweep has turned out to be open. */
    public void found(String job, boolean open) {
        Set<String> set = known.computeIfAbsent(Keys.openSetOf(job), number -> new HashSet<>());
        if (open) {
            set.add(job);
        } else {
            set.remove(job);
        }
    }

    /**
     * Builds the indexes of open jobs and of users' jobs anew from the jobs themselves, some at a time, so that it can
     * be done while all else goes on. Reads the name of every key: for seldom use.
     */
    public Future<Void> reindex() {
        return reindex("0");
    }

    private Future<Void> reindex(String cursor) {
        return redis.send(Command.SCAN, cursor, "MATCH", Keys.ALL_JOBS, "COUNT", SCANNED)
                .compose(reply -> {
                    if (reply == null) {
                        return Future.succeededFuture();
                    }
                    List<Future<Void>> jobs = Jobs.strings(reply.get(1)).stream()
                            .map(meta -> reindexJob(Keys.jobOf(meta)))
                            .toList();
                    String next = reply.get(0).toString();
                    return Future.all(jobs)
                            .compose(done -> next.equals("0") ? Future.succeededFuture() : reindex(next));
                });
    }

    private Future<Void> reindexJob(String job) {
        return redis.send(
                        Command.HMGET,
                        Keys.job(job).meta(),
                        JobField.STATE.key(),
                        JobField.USER.key(),
                        JobField.CREATED.key())
                .compose(record -> {
                    if (record == null || record.get(0) == null || record.get(1) == null || record.get(2) == null) {
                        return Future.succeededFuture();
                    }
                    Future<@Nullable Response> listed = redis.send(
                            Command.ZADD,
                            Keys.userJobs(record.get(1).toString()),
                            "NX",
                            record.get(2).toString(),
                            job);
                    boolean open = !JobState.of(record.get(0).toString()).terminal();
                    return (open ? listed.compose(done -> redis.send(Command.SADD, Keys.openJobs(job), job)) : listed)
                            .mapEmpty();
                });
    }
}
