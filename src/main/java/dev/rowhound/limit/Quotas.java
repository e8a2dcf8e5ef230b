package dev.rowhound.limit;

import dev.rowhound.limit.JobStanding.Standing;
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
import org.jspecify.annotations.Nullable;

/**
 * How much of the cluster each user has: running items, open jobs, rows a day. A quota that the configuration does not
 * set costs no call to the store. Safe for use from any thread.
 */
public class Quotas {
    private static final LuaScript RUN = Batches.script("quota_run-1");
    private static final LuaScript ADMIT = Batches.script("quota_admit-1");
    private static final LuaScript ROWS = Batches.script("quota_rows-1");
    private static final LuaScript ROWS_BACK = Batches.script("quota_rows_back-1");

    /** An account of open jobs that nobody has added to for so long is begun anew. */
    private static final Duration OPEN_KEPT = Duration.ofDays(30);

    /** A day's account outlives the day in every time zone, and a retry around midnight. */
    private static final Duration ROWS_KEPT = Duration.ofHours(48);

    /** A job is admitted before it is stored; one that is still absent after this will not come. */
    private static final Duration ARRIVAL = Duration.ofMinutes(1);

    /** How many of the oldest open jobs one sweep looks at. */
    private static final int SWEPT = 200;

    /** Nobody knows when an open job ends. */
    private static final Duration OPEN_RETRY = Duration.ofSeconds(30);

    private final RedisConnector redis;
    private final QuotaConfig config;
    private final JobStanding standing;
    private final Batches batches;
    private final Clock clock;

    /**
     * For the store behind that connection.
     *
     * @param standing tells whether a job is open still
     * @param node the name of this node, part of each pass
     * @param clock tells the day
     */
    public Quotas(RedisConnector redis, QuotaConfig config, JobStanding standing, String node, Clock clock) {
        this.redis = redis;
        this.config = config;
        this.standing = standing;
        this.batches = new Batches(node);
        this.clock = clock;
    }

    /** What that user may have. */
    public Quota of(String user) {
        return config.of(user);
    }

    /**
     * Asks for places among the items that the user may have running.
     *
     * @param most how many at most, from 1
     * @param holdFor when a pass that nobody has given back lapses: after the longest that an attempt may take
     */
    public Future<Grant> acquireRunning(String user, int most, Duration holdFor) {
        int places = config.of(user).running();
        int wanted = Math.min(most, Batches.MAX_PASSES);
        if (places == 0) {
            return Future.succeededFuture(Grant.free(wanted));
        }
        String batch = batches.next();
        return redis.run(RUN, List.of(Keys.userRunning(user)), List.of(wanted, holdFor.toMillis(), batch, places))
                .map(reply -> Batches.grant(batch, reply))
                .onFailure(lost -> {
                    // The answer was lost, not what it granted; should this be lost too, the passes lapse.
                    var unused = releaseRunning(user, Batches.passes(batch, wanted));
                });
    }

    /** Holds places for so long from here on; those that have lapsed or were given back stay so. */
    public Future<Void> holdRunning(String user, List<String> passes, Duration holdFor) {
        return Batches.hold(redis, Keys.userRunning(user), passes, holdFor);
    }

    /** Gives places back. May be repeated. */
    public Future<Void> releaseRunning(String user, List<String> passes) {
        List<String> counted = Grant.counted(passes);
        if (counted.isEmpty()) {
            return Future.succeededFuture();
        }
        List<Object> arguments = new ArrayList<>();
        arguments.add(Keys.userRunning(user));
        arguments.addAll(counted);
        return redis.send(Command.ZREM, arguments.toArray()).mapEmpty();
    }

    /**
     * Asks whether a user may open a job, and counts it as open if so. A job that is counted already is allowed again.
     * Jobs that have ended in the meantime are taken off the account first where it is full.
     */
    public Future<QuotaDecision> admit(String user, String job) {
        Quota quota = config.of(user);
        return rowsLeft(user, quota).compose(rows -> {
            return rows.allowed() ? readmit(user, job) : Future.succeededFuture(rows);
        });
    }

    /** The same for a job that had ended and is to go on; its rows were counted when they came. */
    public Future<QuotaDecision> readmit(String user, String job) {
        Quota quota = config.of(user);
        if (quota.openJobs() == 0) {
            return Future.succeededFuture(QuotaDecision.allowed(false));
        }
        return enter(user, job, quota)
                .compose(first -> first.allowed()
                        ? Future.succeededFuture(first)
                        : sweep(user)
                                .compose(
                                        swept -> swept == 0 ? Future.succeededFuture(first) : enter(user, job, quota)));
    }

    private Future<QuotaDecision> enter(String user, String job, Quota quota) {
        return redis.run(ADMIT, List.of(Keys.userOpen(user)), List.of(job, quota.openJobs(), OPEN_KEPT.toMillis()))
                .map(reply -> reply.flag()
                        ? QuotaDecision.allowed(reply.flag())
                        : QuotaDecision.refused(
                                "the user " + user + " may have " + quota.openJobs()
                                        + " open jobs at once (open_jobs) and has them; there is room when one of them"
                                        + " ends",
                                OPEN_RETRY));
    }

    /** Takes a job off its user's account of open ones. May be repeated. */
    public Future<Void> leave(String user, String job) {
        return config.of(user).openJobs() == 0
                ? Future.succeededFuture()
                : redis.send(Command.ZREM, Keys.userOpen(user), job).mapEmpty();
    }

    /** The jobs on a user's account of open ones, by the time of their admission, the oldest first. */
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

    /** Takes jobs that are not open any more off the user's account; answers how many. */
    public Future<Integer> sweep(String user) {
        return oldest(user, SWEPT - 1).compose(entries -> {
            List<Future<Boolean>> checks =
                    entries.stream().map(entry -> sweep(user, entry)).toList();
            return Future.all(checks)
                    .map(all -> (int) checks.stream().filter(Future::result).count());
        });
    }

    private Future<Boolean> sweep(String user, Entry entry) {
        return standing.of(entry.job()).compose(now -> {
            boolean young = entry.admitted().plus(ARRIVAL).isAfter(clock.instant());
            boolean gone = now == Standing.ENDED || now == Standing.ABSENT && !young;
            return gone ? leave(user, entry.job()).map(true) : Future.succeededFuture(false);
        });
    }

    /**
     * Counts a chunk's rows on the user's account of the day, or refuses them where they would exceed it. A chunk that
     * is counted already is allowed again.
     *
     * @param chunk the chunk's number within its job
     */
    public Future<QuotaDecision> countRows(String user, String job, int chunk, int rows) {
        long most = config.of(user).rowsPerDay();
        if (most == 0) {
            return Future.succeededFuture(QuotaDecision.allowed(false));
        }
        LocalDate today = today();
        return redis.run(
                        ROWS,
                        List.of(Keys.userRows(user, today.toString())),
                        List.of(job, chunk, rows, most, ROWS_KEPT.toMillis()))
                .map(reply ->
                        reply.flag() ? QuotaDecision.allowed(true) : tooManyRows(user, most, reply.integer64(), today));
    }

    /**
     * Takes the rows of a job whose upload has failed off its user's account of the day, where they stand on it. May be
     * repeated.
     *
     * @param kept how many of them stay counted, since they have been worked on
     */
    public Future<Void> giveBackRows(String user, String job, int kept) {
        return config.of(user).rowsPerDay() == 0
                ? Future.succeededFuture()
                : redis.run(ROWS_BACK, List.of(Keys.userRows(user, today().toString())), List.of(job, kept))
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

    private QuotaDecision tooManyRows(String user, long most, long used, LocalDate today) {
        Instant tomorrow = today.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        Duration left = Duration.between(clock.instant(), tomorrow);
        return QuotaDecision.refused(
                "the user " + user + " may upload " + most + " rows a day (rows_per_day), of which " + used
                        + " are used; there is room from " + tomorrow,
                left.isNegative() ? Duration.ZERO : left);
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }
}
