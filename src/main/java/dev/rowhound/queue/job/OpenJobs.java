package dev.rowhound.queue.job;

import dev.rowhound.job.JobState;
import dev.rowhound.queue.AsyncLoop;
import dev.rowhound.redis.JobField;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.RedisConnector;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The index of open jobs, from which all hints can be rebuilt. The nodes divide its shards among themselves, remember
 * the jobs they saw, and restore lost entries. Not thread-safe.
 */
public final class OpenJobs {
    /** How many jobs one step of {@link #reindex} reads. */
    private static final int SCAN_COUNT = 1000;

    private static final int MAX_CONCURRENT_JOBS = 32;

    private final RedisConnector redis;
    private final Map<Integer, Set<String>> known = new HashMap<>();

    public OpenJobs(RedisConnector redis) {
        this.redis = redis;
    }

    /**
     * Returns the possibly open jobs of the shards that no other node handles at present; a shard belongs to one node
     * for a while.
     *
     * @param every how long a shard is held, slightly less than the interval between two calls
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

    /** Returns a shard's jobs; restores those that this node has seen open and the index has lost. */
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

    /** Records whether a job of a sweep is open. */
    public void found(String job, boolean open) {
        Set<String> set = known.computeIfAbsent(Keys.openSetOf(job), number -> new HashSet<>());
        if (open) {
            set.add(job);
        } else {
            set.remove(job);
        }
    }

    /**
     * Restores entries that the job indexes have lost, step by step, so that it can run alongside all other work. Each
     * job is in the index of all jobs, in its user's and, while open, in that of open jobs; it is found as long as one
     * of them has it. Missing jobs are removed from the index of all jobs and from their user's.
     */
    public Future<Void> reindex() {
        return sets(Keys::allSet)
                .compose(done -> sets(Keys::openSet))
                .compose(done -> redis.send(Command.SMEMBERS, Keys.USERS))
                .compose(users -> AsyncLoop.forEach(Jobs.strings(users).iterator(), 1, user -> reindexUser(user, "0")));
    }

    private Future<Void> sets(IntFunction<String> key) {
        Iterator<Integer> numbers = IntStream.range(0, Keys.OPEN_SETS).iterator();
        return AsyncLoop.forEach(numbers, 1, number -> scan(key.apply(number), "0"));
    }

    private Future<Void> scan(String set, String cursor) {
        return redis.send(Command.SSCAN, set, cursor, "COUNT", SCAN_COUNT).compose(reply -> {
            if (reply == null) {
                return Future.succeededFuture();
            }
            String next = reply.get(0).toString();
            return reindexJobs(Jobs.strings(reply.get(1)))
                    .compose(done -> next.equals("0") ? Future.succeededFuture() : scan(set, next));
        });
    }

    private Future<Void> reindexUser(String user, String cursor) {
        return redis.send(Command.ZSCAN, Keys.userJobs(user), cursor, "COUNT", SCAN_COUNT)
                .compose(reply -> {
                    if (reply == null) {
                        return Future.succeededFuture();
                    }
                    String next = reply.get(0).toString();
                    List<String> scored = Jobs.strings(reply.get(1));
                    Iterator<String> jobs = IntStream.range(0, scored.size() / 2)
                            .mapToObj(i -> scored.get(2 * i))
                            .iterator();
                    return AsyncLoop.forEach(jobs, MAX_CONCURRENT_JOBS, job -> reindexUserJob(user, job))
                            .compose(done -> next.equals("0") ? leaveUsers(user) : reindexUser(user, next));
                });
    }

    /** Restores a job's entries; removes it from its user's index if it does not exist, even after a second check. */
    private Future<Void> reindexUserJob(String user, String job) {
        return reindexJob(job)
                .compose(there -> there
                        ? Future.succeededFuture()
                        : redis.send(Command.ZREM, Keys.userJobs(user), job)
                                .compose(removed -> reindexJob(job))
                                .mapEmpty());
    }

    /** Removes a user without jobs from the set of users; restores the user if a job was created meanwhile. */
    private Future<Void> leaveUsers(String user) {
        return hasJobs(user)
                .compose(some -> some
                        ? Future.succeededFuture()
                        : redis.send(Command.SREM, Keys.USERS, user)
                                .compose(removed -> hasJobs(user))
                                .compose(opened -> opened
                                        ? redis.send(Command.SADD, Keys.USERS, user)
                                                .mapEmpty()
                                        : Future.succeededFuture()));
    }

    private Future<Boolean> hasJobs(String user) {
        return redis.send(Command.EXISTS, Keys.userJobs(user)).map(exists -> exists != null && exists.toInteger() == 1);
    }

    private Future<Void> reindexJobs(List<String> jobs) {
        return AsyncLoop.forEach(
                jobs.iterator(), MAX_CONCURRENT_JOBS, job -> reindexJob(job).mapEmpty());
    }

    /** Restores a job's entries; returns whether the job exists. */
    private Future<Boolean> reindexJob(String job) {
        return redis.send(
                        Command.HMGET,
                        Keys.job(job).meta(),
                        JobField.STATE.key(),
                        JobField.USER.key(),
                        JobField.CREATED.key())
                .compose(record -> {
                    if (record == null || record.get(0) == null || record.get(1) == null || record.get(2) == null) {
                        return redis.send(Command.SREM, Keys.allJobs(job), job).map(false);
                    }
                    boolean open = !JobState.of(record.get(0).toString()).terminal();
                    return index(
                                    redis,
                                    job,
                                    record.get(1).toString(),
                                    record.get(2).toLong(),
                                    open)
                            .map(true);
                });
    }

    /** Adds a job to the indexes where it is missing; only an open job to the index of open jobs. */
    static Future<Void> index(RedisConnector redis, String job, String user, long created, boolean open) {
        return Future.all(
                        redis.send(Command.SADD, Keys.allJobs(job), job),
                        redis.send(Command.SADD, Keys.USERS, user),
                        redis.send(Command.ZADD, Keys.userJobs(user), "NX", created, job),
                        open ? redis.send(Command.SADD, Keys.openJobs(job), job) : Future.succeededFuture())
                .mapEmpty();
    }
}
