package dev.rowhound.schedule;

import dev.rowhound.job.NameIds;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A schedule: a file that is uploaded repeatedly.
 *
 * @param id a UUID
 * @param user the owner
 * @param name unique among the user's schedules
 * @param cron the cron expression as given
 * @param timeZone the zone of {@code cron}
 * @param missed the policy for missed fires
 * @param fields the other form fields as given, by name
 * @param file the file's name as given
 * @param digest the SHA-256 of the file, in hexadecimal
 * @param rows the number of rows in the file
 * @param next the next fire, also while paused; null if there is none
 * @param jobs the last fires that were run, the latest first
 * @param error why the last fire failed, or null: {@code code}, {@code message}, {@code fire}
 */
public record ScheduledUpload(
        String id,
        String user,
        String name,
        String cron,
        String timeZone,
        MissedFires missed,
        JsonObject fields,
        String file,
        String digest,
        int rows,
        Instant created,
        boolean paused,
        @Nullable Instant next,
        List<Fire> jobs,
        @Nullable JsonObject error) {

    /**
     * A fire that was run.
     *
     * @param at the scheduled time
     * @param job the id of its job
     */
    public record Fire(Instant at, String job) {}

    public CronTimes times() {
        return CronTimes.of(cron, timeZone);
    }

    /**
     * Returns the id of a fire's job, which is the same on every node.
     *
     * @param ids under the deployment's secret
     * @param attempt from 1; another attempt follows if the node dies during one
     */
    public String jobId(NameIds ids, Instant fire, int attempt) {
        return ids.of("fire", id, fire.toEpochMilli(), attempt);
    }
}
