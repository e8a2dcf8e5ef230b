package dev.rowhound.schedule;

import dev.rowhound.job.NameIds;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file that is uploaded again and again.
 *
 * @param id a UUID
 * @param user whose it is
 * @param name what the user calls it, unique among the user's
 * @param cron when it fires, as given
 * @param timeZone the zone that {@code cron} speaks of
 * @param missed what becomes of missed fires
 * @param fields the form's other fields, as given: texts by name
 * @param file the file's name, as given
 * @param digest the SHA-256 of the file, in hexadecimal
 * @param rows how many rows the file has
 * @param created when it was made
 * @param paused whether it fires no more until it is resumed
 * @param next the next fire, also while it is paused; null where there is none
 * @param jobs the last fires that were made, the youngest first
 * @param error why the last fire could not be made, or null: {@code code}, {@code message}, {@code fire}
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
     * A fire that was made.
     *
     * @param at the time that it was made for
     * @param job the job that it has become
     */
    public record Fire(Instant at, String job) {}

    /** When it fires. */
    public CronTimes times() {
        return CronTimes.of(cron, timeZone);
    }

    /**
     * The id of a fire's job: the same on every node.
     *
     * @param ids under the deployment's secret
     * @param attempt from 1; another one follows where the node that made it died within
     */
    public String jobId(NameIds ids, Instant fire, int attempt) {
        return ids.of("fire", id, fire.toEpochMilli(), attempt);
    }
}
