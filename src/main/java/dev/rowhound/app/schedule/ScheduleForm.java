package dev.rowhound.app.schedule;

import dev.rowhound.app.Refusal;
import dev.rowhound.app.submission.SubmissionForm;
import dev.rowhound.job.WorkKinds;
import dev.rowhound.schedule.BadScheduleException;
import dev.rowhound.schedule.CronTimes;
import dev.rowhound.schedule.MissedFires;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * The fields of a schedule, which precede its file: those of an upload, and when to repeat it.
 *
 * @param name the user's name for the schedule
 * @param cron the cron expression
 * @param timeZone the time zone of {@code cron}
 * @param missed the policy for missed fires
 * @param times the parsed {@code cron} and {@code timeZone}
 * @param upload the parsed fields of each upload
 * @param uploadFields the fields of each upload as sent, which each fire parses again
 */
public record ScheduleForm(
        String name,
        String cron,
        String timeZone,
        MissedFires missed,
        CronTimes times,
        SubmissionForm upload,
        JsonObject uploadFields) {
    private static final List<String> KNOWN = List.of("name", "cron", "time_zone", "missed");
    private static final int MAX_NAME_CHARS = 64;

    /**
     * Reads the fields.
     *
     * @return fails with a {@link Refusal} that names the invalid field
     */
    public static Future<ScheduleForm> read(MultiMap fields, WorkKinds kinds) {
        return SubmissionForm.read(fields, kinds, KNOWN).map(upload -> read(fields, upload));
    }

    private static ScheduleForm read(MultiMap fields, SubmissionForm upload) {
        JsonObject uploadFields = new JsonObject();
        for (String field : fields.names()) {
            if (!KNOWN.contains(field) && !field.equals(SubmissionForm.USER)) {
                uploadFields.put(field, fields.get(field));
            }
        }
        String name = required(fields, "name", "a name for the schedule").strip();
        if (name.length() > MAX_NAME_CHARS || name.chars().anyMatch(Character::isISOControl)) {
            throw Refusal.of(
                    "invalid_field",
                    "the field \"name\" must have 1 to " + MAX_NAME_CHARS + " characters and no control characters",
                    "name");
        }
        String cron =
                required(fields, "cron", "five fields such as \"30 6 * * 1-5\"").strip();
        String timeZone = optional(fields, "time_zone", "UTC");
        try {
            MissedFires missed = MissedFires.of(optional(fields, "missed", MissedFires.RUN_ONCE.wire()));
            CronTimes times = CronTimes.of(cron, timeZone);
            return new ScheduleForm(name, cron, timeZone, missed, times, upload, uploadFields);
        } catch (BadScheduleException e) {
            throw Refusal.of("invalid_field", String.valueOf(e.getMessage()), e.field());
        }
    }

    private static String optional(MultiMap fields, String field, String fallback) {
        String text = fields.get(field);
        return text == null || text.isBlank() ? fallback : text.strip();
    }

    private static String required(MultiMap fields, String field, String expected) {
        String text = fields.get(field);
        if (text == null || text.isBlank()) {
            throw Refusal.of(
                    "missing_field",
                    "the field \"" + field + "\" is missing; send " + expected + ", before the file",
                    field);
        }
        return text;
    }
}
