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
 * The schedules in the store, and the right to make their fires, which one node has at a time. Each call may be sent
 * again after a lost reply.
 */
public final class Schedules {
    /** How many of its last jobs a schedule remembers. */
    public static final int REMEMBERED_JOBS = 10;

    private static final LuaScript CREATE = LuaScript.load(Schedules.class, "create-3");
    private static final LuaScript TAKE = LuaScript.load(Schedules.class, "take-1");
    private static final LuaScript RENEW = LuaScript.load(Schedules.class, "renew-1");
    private static final LuaScript RELEASE = LuaScript.load(Schedules.class, "release-1");
    private static final LuaScript ADVANCE = LuaScript.load(Schedules.class, "advance-2");
    private static final LuaScript CONTROL = LuaScript.load(Schedules.class, "control-2");
    private static final LuaScript DELETE = LuaScript.load(Schedules.class, "delete-3");

    private final RedisConnector redis;

    /** For the store behind that connection. */
    public Schedules(RedisConnector redis) {
        this.redis = redis;
    }

    /**
     * The right to make a schedule's next fire.
     *
     * @param schedule the schedule as it stood when the right was given
     * @param token proves the right
     */
    public record Held(ScheduledUpload schedule, String token) {}

    /**
     * What became of a fire.
     *
     * @param fire the fire
     * @param job the job that it has become, or null
     * @param error why it could not be made, or null: {@code code} and {@code message}
     */
    public record FireOutcome(
            Instant fire, @Nullable String job, @Nullable JsonObject error) {
        /** It has become that job. */
        public static FireOutcome made(Instant fire, String job) {
            return new FireOutcome(fire, job, null);
        }

        /** It was left out. */
        public static FireOutcome leftOut(Instant fire) {
            return new FireOutcome(fire, null, null);
        }
    }

    /**
     * Stores a schedule.
     *
     * @param most how many the user may have, 0 for any number
     * @return the id of the schedule that has the name: the given one, or that of another one of the user's, and then
     *     nothing was stored; null where the user has as many as may be
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

    /** The schedule of that id, or null where there is none. */
    public Future<@Nullable ScheduledUpload> find(String id) {
        return redis.send(Command.HGETALL, Keys.schedule(id)).map(reply -> read(id, fields(reply)));
    }

    /** A user's schedules, by name. */
    public Future<List<ScheduledUpload>> list(String user) {
        return redis.send(Command.HVALS, Keys.userSchedules(user)).compose(ids -> {
            List<Future<@Nullable ScheduledUpload>> found =
                    strings(ids).stream().map(this::find).toList();
            return Future.all(found).map(all -> {
                List<ScheduledUpload> schedules = new ArrayList<>();
                for (int i = 0; i < found.size(); i++) {
                    ScheduledUpload schedule = all.resultAt(i);
                    // One may have been deleted meanwhile.
                    if (schedule != null) {
                        schedules.add(schedule);
                    }
                }
                schedules.sort(Comparator.comparing(ScheduledUpload::name));
                return schedules;
            });
        });
    }

    /** Whether there is a schedule of that id. */
    public Future<Boolean> exists(String id) {
        return redis.send(Command.EXISTS, Keys.schedule(id)).map(reply -> reply != null && reply.toInteger() == 1);
    }

    /** The ids of schedules that have a fire at that time or before, the longest due first, at most so many. */
    public Future<List<String>> due(Instant now, int most) {
        return redis.send(Command.ZRANGEBYSCORE, Keys.SCHEDULES_DUE, "-inf", now.toEpochMilli(), "LIMIT", 0, most)
                .map(Schedules::strings);
    }

    /**
     * Asks for the right to make a schedule's next fire.
     *
     * @param lease how long no other node gets it, unless it is renewed
     * @return null where another node has it, or there is nothing to make
     */
    public Future<@Nullable Held> take(String id, Duration lease) {
        String token = UUID.randomUUID().toString();
        return redis.run(TAKE, List.of(Keys.schedule(id)), List.of(token, lease.toMillis()))
                .map(reply -> {
                    if (!reply.text().equals("taken")) {
                        return null;
                    }
                    ScheduledUpload schedule = read(id, reply.restByName());
                    return schedule == null ? null : new Held(schedule, token);
                });
    }

    /** Holds the right for another lease; false when it has gone to another node or there is no schedule any more. */
    public Future<Boolean> renew(Held held, Duration lease) {
        return redis.run(RENEW, List.of(Keys.schedule(held.schedule().id())), List.of(held.token(), lease.toMillis()))
                .map(ScriptReply::flag);
    }

    /** Gives the right back; nothing where it has gone to another node. */
    public Future<Void> release(Held held) {
        return redis.run(RELEASE, List.of(Keys.schedule(held.schedule().id())), List.of(held.token()))
                .mapEmpty();
    }

    /**
     * Notes what became of a fire, gives the right back and lets the next fire wait for its time.
     *
     * @param next the next fire, null where there is none
     * @return false when the right has gone to another node: nothing was changed
     */
    public Future<Boolean> advance(Held held, FireOutcome outcome, @Nullable Instant next) {
        return advance(held, outcome, next, false);
    }

    /**
     * Goes on to a later fire that is due, with the right to make it.
     *
     * @return the right; null when it has gone to another node
     */
    public Future<@Nullable Held> goOnTo(Held held, Instant fire) {
        Instant due = Objects.requireNonNull(held.schedule().next());
        return advance(held, FireOutcome.leftOut(due), fire, true)
                .compose(done -> done ? find(held.schedule().id()) : Future.succeededFuture(null))
                .map(schedule -> schedule == null ? null : new Held(schedule, held.token()));
    }

    private Future<Boolean> advance(Held held, FireOutcome outcome, @Nullable Instant next, boolean keep) {
        String id = held.schedule().id();
        String made = outcome.job() == null ? "" : outcome.fire().toEpochMilli() + "=" + outcome.job();
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
                                made,
                                error == null ? "" : error.encode(),
                                keep ? "1" : ""))
                .map(ScriptReply::flag);
    }

    /** Lets a schedule fire no more until it is resumed; false where there is none. */
    public Future<Boolean> pause(String id) {
        return control(id, "pause", null);
    }

    /**
     * Lets a paused schedule go on; one that is not paused stays as it is.
     *
     * @param next its next fire, null where there is none
     * @return false where there is no such schedule
     */
    public Future<Boolean> resume(String id, @Nullable Instant next) {
        return control(id, "resume", next);
    }

    private Future<Boolean> control(String id, String wish, @Nullable Instant next) {
        return redis.run(CONTROL, List.of(Keys.schedule(id), Keys.SCHEDULES_DUE), List.of(id, wish, millis(next)))
                .map(ScriptReply::flag);
    }

    /** Forgets a schedule; its jobs stay. False where there is none. */
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
