package dev.rowhound.limit;

import dev.rowhound.job.JobState;
import dev.rowhound.limit.QuotaConfig.Quota;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.LuaScript;
import dev.rowhound.redis.RedisConnector;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Accounts for each user's share of the cluster: running items, open jobs and rows a day. A quota that is not
 * configured costs no call to Redis. Thread-safe.
 */
public class Quotas {
    private static final LuaScript RUN = Batches.script("quota_run-1");
    private static final LuaScript ADMIT = Batches.script("quota_admit-1");
    private static final LuaScript ROWS = Batches.script("quota_rows-1");
    private static final LuaScript REFUND_ROWS = Batches.script("quota_refund_rows-1");

    /** How long an account of open jobs is kept after its last addition. */
    private static final Duration OPEN_RETENTION = Duration.ofDays(30);

    /** Outlives the day, and a retry around midnight. */
    private static final Duration ROWS_RETENTION = Duration.ofHours(48);

    /** A job is admitted before it is stored; if it is still absent after this time, it will not appear. */
    private static final Duration OPENING_GRACE = Duration.ofMinutes(1);

    /** How many of the oldest open jobs one sweep checks. */
    private static final int SWEEP_BATCH = 200;

    /** The retry hint when open jobs are at the limit: when one will end is unknown. */
    private static final Duration OPEN_RETRY = Duration.ofSeconds(30);

    private final RedisConnector redis;
    private final QuotaConfig config;
    private final Function<String, Future<@Nullable JobState>> stateOf;
    private final Batches batches;
    private final Clock clock;

    /**
     * @param stateOf looks up the state of a job, null for one that does not exist: not yet, or no longer
     * @param node the name of this node, part of each permit
     * @param clock determines the day
     */
    public Quotas(
            RedisConnector redis,
            QuotaConfig config,
            Function<String, Future<@Nullable JobState>> stateOf,
            String node,
            Clock clock) {
        this.redis = redis;
        this.config = config;
        this.stateOf = stateOf;
        this.batches = new Batches(node);
        this.clock = clock;
    }

    public Quota of(String user) {
        return config.of(user);
    }

    /**
     * Requests permits for running items.
     *
     * @param max the maximum number of permits, from 1
     * @param holdFor when an unreleased permit expires: the longest time that an attempt may take
     */
    public Future<Grant> acquireRunning(String user, int max, Duration holdFor) {
        int places = config.of(user).running();
        int wanted = Math.min(max, Batches.MAX_PERMITS);
        if (places == 0) {
            return Future.succeededFuture(Grant.free(wanted));
        }
        String batch = batches.next();
        return redis.run(RUN, List.of(Keys.userRunning(user)), List.of(wanted, holdFor.toMillis(), batch, places))
                .map(reply -> Batches.grant(batch, reply))
                .onFailure(lost -> {
                    // The reply was lost, but Redis may have granted permits. If this release is lost too, they
                    // expire.
                    var unused = releaseRunning(user, Batches.permits(batch, wanted));
                });
    }

    /** Extends permits to {@code holdFor} from now; has no effect on permits that expired or were released. */
    public Future<Void> holdRunning(String user, List<String> permits, Duration holdFor) {
        return Batches.hold(redis, Keys.userRunning(user), permits, holdFor);
    }

    /** Releases permits. Idempotent. */
    public Future<Void> releaseRunning(String user, List<String> permits) {
        List<String> counted = Grant.counted(permits);
        if (counted.isEmpty()) {
            return Future.succeededFuture();
        }
        List<Object> arguments = new ArrayList<>();
        arguments.add(Keys.userRunning(user));
        arguments.addAll(counted);
        return redis.send(Command.ZREM, arguments.toArray()).mapEmpty();
    }

    /**
     * Decides whether a user may open a job, and counts the job if so. A counted job is allowed again. If the account
     * is full, ended jobs are removed from it first.
     */
    public Future<QuotaDecision> admit(String user, String job) {
        Quota quota = config.of(user);
        return rowsLeft(user, quota).compose(rows -> {
            return rows.allowed() ? readmit(user, job) : Future.succeededFuture(rows);
        });
    }

    /** Like {@link #admit}, for an ended job that is to continue; its rows were counted when they arrived. */
    public Future<QuotaDecision> readmit(String user, String job) {
        Quota quota = config.of(user);
        if (quota.openJobs() == 0) {
            return Future.succeededFuture(QuotaDecision.allowed(false));
        }
        return tryAdmit(user, job, quota)
                .compose(first -> first.allowed()
                        ? Future.succeededFuture(first)
                        : sweep(user)
                                .compose(swept ->
                                        swept == 0 ? Future.succeededFuture(first) : tryAdmit(user, job, quota)));
    }

    private Future<QuotaDecision> tryAdmit(String user, String job, Quota quota) {
        return redis.run(ADMIT, List.of(Keys.userOpen(user)), List.of(job, quota.openJobs(), OPEN_RETENTION.toMillis()))
                .map(reply -> reply.flag()
                        ? QuotaDecision.allowed(reply.flag())
                        : QuotaDecision.refused(
                                "the user " + user + " may have " + quota.openJobs()
                                        + " open jobs (open_jobs) and has reached this limit; try again after one of"
                                        + " them has ended",
                                OPEN_RETRY));
    }

    /** Removes a job from its user's open ones. Idempotent. */
    public Future<Void> release(String user, String job) {
        return config.of(user).openJobs() == 0
                ? Future.succeededFuture()
                : redis.send(Command.ZREM, Keys.userOpen(user), job).mapEmpty();
    }

    /** Returns a user's open jobs by the time of their admission, the oldest first. */
    public Future<Map<Instant, List<String>>> open(String user) {
        return oldest(user, -1).map(jobs -> {
            Map<Instant, List<String>> open = new TreeMap<>();
            jobs.forEach(entry -> open.computeIfAbsent(entry.admitted(), at -> new ArrayList<>())
                    .add(entry.job()));
            return open;
        });
    }

    private record Entry(String job, Instant admitted) {}

    private Future<List<Entry>> oldest(String user, int last) {
        return redis.send(Command.ZRANGE, Keys.userOpen(user), 0, last, "WITHSCORES")
                .map(reply -> entries(reply));
    }

    private static List<Entry> entries(@Nullable Response reply) {
        return reply == null
                ? List.of()
                : reply.stream()
                        .map(pair -> new Entry(
                                pair.get(0).toString(),
                                Instant.ofEpochMilli(pair.get(1).toDouble().longValue())))
                        .toList();
    }

    /** Removes jobs that are no longer open from the user's account; returns how many. */
    public Future<Integer> sweep(String user) {
        return oldest(user, SWEEP_BATCH - 1).compose(entries -> {
            List<Future<Boolean>> checks =
                    entries.stream().map(entry -> sweep(user, entry)).toList();
            return Future.all(checks)
                    .map(all -> (int) checks.stream().filter(Future::result).count());
        });
    }

    private Future<Boolean> sweep(String user, Entry entry) {
        return stateOf.apply(entry.job()).compose(state -> {
            boolean young = entry.admitted().plus(OPENING_GRACE).isAfter(clock.instant());
            boolean closed = state == null ? !young : state.terminal();
            return closed ? release(user, entry.job()).map(true) : Future.succeededFuture(false);
        });
    }

    /**
     * Counts a chunk's rows against the user's quota of the day, or refuses them all if they exceed it. A counted chunk
     * is allowed again.
     *
     * @param chunk the chunk's number within its job
     */
    public Future<QuotaDecision> countRows(String user, String job, int chunk, int rows) {
        long max = config.of(user).rowsPerDay();
        if (max == 0) {
            return Future.succeededFuture(QuotaDecision.allowed(false));
        }
        LocalDate today = today();
        return redis.run(
                        ROWS,
                        List.of(Keys.userRows(user, today.toString())),
                        List.of(job, chunk, rows, max, ROWS_RETENTION.toMillis()))
                .map(reply ->
                        reply.flag() ? QuotaDecision.allowed(true) : tooManyRows(user, max, reply.integer64(), today));
    }

    /**
     * Takes the rows of a job whose upload failed off its user's account of the day. Idempotent.
     *
     * @param kept how many of them stay counted because they were processed
     */
    public Future<Void> refundRows(String user, String job, int kept) {
        return config.of(user).rowsPerDay() == 0
                ? Future.succeededFuture()
                : redis.run(REFUND_ROWS, List.of(Keys.userRows(user, today().toString())), List.of(job, kept))
                        .mapEmpty();
    }

    private Future<QuotaDecision> rowsLeft(String user, Quota quota) {
        if (quota.rowsPerDay() == 0) {
            return Future.succeededFuture(QuotaDecision.allowed(false));
        }
        LocalDate today = today();
        return redis.send(Command.HGET, Keys.userRows(user, today.toString()), "n")
                .map(reply -> {
                    long used = reply == null ? 0 : Long.parseLong(Objects.toString(reply));
                    return used < quota.rowsPerDay()
                            ? QuotaDecision.allowed(false)
                            : tooManyRows(user, quota.rowsPerDay(), used, today);
                });
    }

    private QuotaDecision tooManyRows(String user, long max, long used, LocalDate today) {
        Instant tomorrow = today.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        Duration left = Duration.between(clock.instant(), tomorrow);
        return QuotaDecision.refused(
                "the user " + user + " may upload " + max + " rows a day (rows_per_day), of which " + used
                        + " are used; the quota is reset at " + tomorrow,
                left.isNegative() ? Duration.ZERO : left);
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }
}
