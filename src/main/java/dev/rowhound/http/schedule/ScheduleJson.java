package dev.rowhound.http.schedule;

import dev.rowhound.http.job.JobJson;
import dev.rowhound.schedule.ScheduledUpload;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Converts schedules to JSON. */
final class ScheduleJson {
    /** Base path of schedules. */
    static final String SCHEDULES = "/api/v1/schedules";

    private static final int MAX_NEXT_FIRES = 5;

    private ScheduleJson() {}

    /** Returns the schedule as {@code GET /api/v1/schedules/{id}} serves it. */
    static JsonObject schedule(ScheduledUpload schedule) {
        JsonArray fires = new JsonArray();
        Instant next = schedule.next();
        if (next != null && !schedule.paused()) {
            fires.add(JobJson.time(next));
            List<Instant> later = schedule.times().next(next, MAX_NEXT_FIRES - 1);
            later.forEach(fire -> fires.add(JobJson.time(fire)));
        }
        JsonArray jobs = new JsonArray();
        schedule.jobs()
                .forEach(fire -> jobs.add(
                        new JsonObject().put("fire", JobJson.time(fire.at())).put("job", fire.job())));
        String self = SCHEDULES + "/" + schedule.id();
        return new JsonObject()
                .put("id", schedule.id())
                .put("name", schedule.name())
                .put("user", schedule.user())
                .put("cron", schedule.cron())
                .put("time_zone", schedule.timeZone())
                .put("missed", schedule.missed().wire())
                .put("paused", schedule.paused())
                .put("recipe", schedule.fields().getString("recipe"))
                .put("column", column(schedule.fields()))
                .put("file", schedule.file())
                .put("rows", schedule.rows())
                .put("created_at", JobJson.time(schedule.created()))
                .put("next_fires", fires)
                .put("last_jobs", jobs)
                .put("last_error", error(schedule.error()))
                .put(
                        "links",
                        new JsonObject()
                                .put("self", self)
                                .put("pause", self + "/pause")
                                .put("resume", self + "/resume"));
    }

    private static @Nullable String column(JsonObject fields) {
        String column = fields.getString("column");
        return column == null || column.isBlank() ? null : column;
    }

    private static @Nullable JsonObject error(@Nullable JsonObject error) {
        return error == null
                ? null
                : new JsonObject()
                        .put("code", error.getString("code"))
                        .put("message", error.getString("message"))
                        .put("fire", JobJson.time(Instant.ofEpochMilli(error.getLong("fire"))));
    }
}
