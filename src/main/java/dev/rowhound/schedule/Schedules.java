package dev.rowhound.schedule;

import dev.rowhound.redis.Keys;
import dev.rowhound.redis.LuaScript;
import dev.rowhound.redis.RedisConnector;
import dev.rowhound.redis.ScriptReply;
import dev.rowhound.schedule.ScheduledUpload.Fire;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Stores schedules in Redis, with a lease on each one's next fire, which one node holds at a time. All calls are
 * idempotent.
 */
public final class Schedules {
    /** How many of its last jobs a schedule keeps. */
    public static final int REMEMBERED_JOBS = 10;

    private static final LuaScript CREATE = LuaScript.load(Schedules.class, "create-3");
    private static final LuaScript TAKE = LuaScript.load(Schedules.class, "take-1");
    private static final LuaScript RENEW = LuaScript.load(Schedules.class, "renew-1");
    private static final LuaScript RELEASE = LuaScript.load(Schedules.class, "release-1");
    private static final LuaScript ADVANCE = LuaScript.load(Schedules.class, "advance-2");
    private static final LuaScript CONTROL = LuaScript.load(Schedules.class, "control-2");
    private static final LuaScript DELETE = LuaScript.load(Schedules.class, "delete-3");

    private final RedisConnector redis;

    public Schedules(RedisConnector redis) {
        this.redis = redis;
    }

    /**
     * A lease on a schedule's next fire.
     *
     * @param schedule the schedule at the time of the grant
     * @param token identifies the lease
     */
    public record LeasedSchedule(ScheduledUpload schedule, String token) {}

    /**
     * The outcome of a fire.
     *
     * @param job the id of its job, or null
     * @param error why it failed, or null: {@code code} and {@code message}
     */
    public record FireOutcome(
            Instant fire, @Nullable String job, @Nullable JsonObject error) {
        public static FireOutcome created(Instant fire, String job) {
            return new FireOutcome(fire, job, null);
        }

        public static FireOutcome skipped(Instant fire) {
            return new FireOutcome(fire, null, null);
        }
    }

    /**
     * Stores a schedule.
     *
     * @param most how many schedules the user may have, 0 for unlimited
     * @return the id of the schedule that has the name: the given id, or that of an existing schedule, in which case
     *     nothing was stored; null if the user has the maximum
     */
    public Future<@Nullable String> create(ScheduledUpload schedule, int most) {
        List<Object> arguments =
                new ArrayList<>(List.of(schedule.id(), schedule.name(), millis(schedule.next()), most));
        Map<String, Object> fields = Map.of(
                "user", schedule.user(),
                "cron", schedule.cron(),
                "zone", schedule.timeZone(),
                "missed", schedule.missed().wire(),
                "fields", schedule.fields().encode(),
                "file", schedule.file(),
                "digest", schedule.digest(),
                "rows", schedule.rows(),
                "created", schedule.created().toEpochMilli());
        fields.forEach((name, value) -> {
            arguments.add(name);
            arguments.add(value);
        });
        return redis.run(
                        CREATE,
                        List.of(Keys.schedule(schedule.id()), Keys.SCHEDULES_DUE, Keys.userSchedules(schedule.user())),
                        arguments)
                .map(reply -> reply.text().equals("full") ? null : reply.text());
    }

    /** Returns a schedule, or null if it does not exist. */
    public Future<@Nullable ScheduledUpload> find(String id) {
        return redis.send(Command.HGETALL, Keys.schedule(id)).map(reply -> read(id, fields(reply)));
    }

    /** Returns a user's schedules, sorted by name. */
    public Future<List<ScheduledUpload>> list(String user) {
        return redis.send(Command.HVALS, Keys.userSchedules(user)).compose(ids -> {
            List<Future<@Nullable ScheduledUpload>> found =
                    strings(ids).stream().map(this::find).toList();
            return Future.all(found).map(all -> {
                List<ScheduledUpload> schedules = new ArrayList<>();
                for (int i = 0; i < found.size(); i++) {
                    ScheduledUpload schedule = all.resultAt(i);
                    // It may have been deleted meanwhile.
                    if (schedule != null) {
                        schedules.add(schedule);
                    }
                }
                schedules.sort(Comparator.comparing(ScheduledUpload::name));
                return schedules;
            });
        });
    }

    public Future<Boolean> exists(String id) {
        return redis.send(Command.EXISTS, Keys.schedule(id)).map(reply -> reply != null && reply.toInteger() == 1);
    }

    /** Returns the ids of at most {@code most} schedules whose next fire is due, the longest overdue first. */
    public Future<List<String>> due(Instant now, int most) {
        return redis.send(Command.ZRANGEBYSCORE, Keys.SCHEDULES_DUE, "-inf", now.toEpochMilli(), "LIMIT", 0, most)
                .map(Schedules::strings);
    }

    /**
     * Requests the lease on a schedule's next fire.
     *
     * @param lease how long the lease lasts unless it is renewed
     * @return null if another node holds the lease, or no fire is pending
     */
    public Future<@Nullable LeasedSchedule> take(String id, Duration lease) {
        String token = UUID.randomUUID().toString();
        return redis.run(TAKE, List.of(Keys.schedule(id)), List.of(token, lease.toMillis()))
                .map(reply -> {
                    if (!reply.text().equals("taken")) {
                        return null;
                    }
                    ScheduledUpload schedule = read(id, reply.restByName());
                    return schedule == null ? null : new LeasedSchedule(schedule, token);
                });
    }

    /** Extends the lease; false if another node holds it or the schedule no longer exists. */
    public Future<Boolean> renew(LeasedSchedule held, Duration lease) {
        return redis.run(RENEW, List.of(Keys.schedule(held.schedule().id())), List.of(held.token(), lease.toMillis()))
                .map(ScriptReply::flag);
    }

    /** Releases the lease if this node still holds it. */
    public Future<Void> release(LeasedSchedule held) {
        return redis.run(RELEASE, List.of(Keys.schedule(held.schedule().id())), List.of(held.token()))
                .mapEmpty();
    }

    /**
     * Records the outcome of a fire, releases the lease and sets the next fire.
     *
     * @param next the next fire, null if there is none
     * @return false if another node holds the lease, in which case nothing changed
     */
    public Future<Boolean> advance(LeasedSchedule held, FireOutcome outcome, @Nullable Instant next) {
        return advance(held, outcome, next, false);
    }

    /**
     * Skips to a later due fire and keeps the lease.
     *
     * @return the lease; null if another node holds it
     */
    public Future<@Nullable LeasedSchedule> skipTo(LeasedSchedule held, Instant fire) {
        Instant due = Objects.requireNonNull(held.schedule().next());
        return advance(held, FireOutcome.skipped(due), fire, true)
                .compose(done -> done ? find(held.schedule().id()) : Future.succeededFuture(null))
                .map(schedule -> schedule == null ? null : new LeasedSchedule(schedule, held.token()));
    }

    private Future<Boolean> advance(LeasedSchedule held, FireOutcome outcome, @Nullable Instant next, boolean keep) {
        String id = held.schedule().id();
        String jobEntry = outcome.job() == null ? "" : outcome.fire().toEpochMilli() + "=" + outcome.job();
        JsonObject error = outcome.error() == null
                ? null
                : outcome.error().copy().put("fire", outcome.fire().toEpochMilli());
        return redis.run(
                        ADVANCE,
                        List.of(Keys.schedule(id), Keys.SCHEDULES_DUE),
                        List.of(
                                id,
                                held.token(),
                                millis(outcome.fire()),
                                millis(next),
                                REMEMBERED_JOBS,
                                jobEntry,
                                error == null ? "" : error.encode(),
                                keep ? "1" : ""))
                .map(ScriptReply::flag);
    }

    /** Pauses a schedule; false if it does not exist. */
    public Future<Boolean> pause(String id) {
        return control(id, "pause", null);
    }

    /**
     * Resumes a paused schedule; has no effect on one that is not paused.
     *
     * @param next its next fire, null if there is none
     * @return false if the schedule does not exist
     */
    public Future<Boolean> resume(String id, @Nullable Instant next) {
        return control(id, "resume", next);
    }

    private Future<Boolean> control(String id, String action, @Nullable Instant next) {
        return redis.run(CONTROL, List.of(Keys.schedule(id), Keys.SCHEDULES_DUE), List.of(id, action, millis(next)))
                .map(ScriptReply::flag);
    }

    /** Deletes a schedule but not its jobs; false if it does not exist. */
    public Future<Boolean> delete(ScheduledUpload schedule) {
        return redis.run(
                        DELETE,
                        List.of(Keys.schedule(schedule.id()), Keys.SCHEDULES_DUE, Keys.userSchedules(schedule.user())),
                        List.of(schedule.id()))
                .map(ScriptReply::flag);
    }

    private static @Nullable ScheduledUpload read(String id, Map<String, String> m) {
        if (!m.containsKey("name")) {
            return null;
        }
        String next = m.getOrDefault("next", "");
        String error = m.getOrDefault("error", "");
        return new ScheduledUpload(
                id,
                m.getOrDefault("user", ""),
                m.getOrDefault("name", ""),
                m.getOrDefault("cron", ""),
                m.getOrDefault("zone", ""),
                MissedFires.of(m.getOrDefault("missed", "")),
                new JsonObject(m.getOrDefault("fields", "{}")),
                m.getOrDefault("file", ""),
                m.getOrDefault("digest", ""),
                Integer.parseInt(m.getOrDefault("rows", "0")),
                instant(m.getOrDefault("created", "0")),
                m.getOrDefault("paused", "0").equals("1"),
                next.isEmpty() ? null : instant(next),
                jobs(m.getOrDefault("jobs", "")),
                error.isEmpty() ? null : new JsonObject(error));
    }

    private static List<Fire> jobs(String text) {
        return Arrays.stream(text.split(","))
                .filter(fire -> !fire.isEmpty())
                .map(fire -> {
                    int sign = fire.indexOf('=');
                    return new Fire(instant(fire.substring(0, sign)), fire.substring(sign + 1));
                })
                .toList();
    }

    private static Instant instant(String millis) {
        return Instant.ofEpochMilli(Long.parseLong(millis));
    }

    private static String millis(@Nullable Instant time) {
        return time == null ? "" : String.valueOf(time.toEpochMilli());
    }

    private static Map<String, String> fields(@Nullable Response hash) {
        Map<String, String> fields = new HashMap<>();
        if (hash != null) {
            for (String field : hash.getKeys()) {
                fields.put(field, hash.get(field).toString());
            }
        }
        return fields;
    }

    private static List<String> strings(@Nullable Response list) {
        return list == null ? List.of() : list.stream().map(Objects::toString).toList();
    }
}
