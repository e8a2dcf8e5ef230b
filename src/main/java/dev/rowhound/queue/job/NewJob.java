package dev.rowhound.queue.job;

import dev.rowhound.job.WorkKind.Specification;
import dev.rowhound.queue.FairScheduler;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a job is opened with.
 *
 * @param id a UUID
 * @param user whose job it is
 * @param specification what is to be done with its rows; kept with the job, so that a later version does not change it
 * @param file the uploaded file's name
 * @param columns the names of the input's columns, in order
 * @param keyColumn which of them is looked up, from 0
 * @param header whether the input's first line is a header
 * @param fingerprint a digest of everything about the upload that is known before its rows; another upload of the
 *     same id must have the same
 * @param ttl how long the job is kept after its end
 * @param pace how fast its items may follow each other
 * @param halts when it is to stop by itself
 * @param schedule the schedule whose fire this job is, or null
 */
public record NewJob(
        String id,
        String user,
        Specification specification,
        String file,
        List<String> columns,
        int keyColumn,
        HeaderFinding header,
        String fingerprint,
        Duration ttl,
        Pace pace,
        Halts halts,
        @Nullable String schedule) {

    /**
     * Whether an input's first line is a header.
     *
     * @param present whether it is
     * @param detected whether that was found out, since the request does not say it
     */
    public record HeaderFinding(boolean present, boolean detected) {
        /** As it stands on the job's record. */
        JsonObject toJson() {
            return new JsonObject().put("present", present).put("detected", detected);
        }
    }

    /**
     * When a job is paused by itself.
     *
     * @param sample once its first so many rows have ended; 0 means never
     * @param blocks once so many rows in a row were refused by the site; 0 means never
     */
    public record Halts(int sample, int blocks) {
        /** Never. */
        public static final Halts NEVER = new Halts(0, 0);
    }

    /**
     * How fast a job's items may follow each other.
     *
     * @param priority the job's share beside its user's other jobs, from 1 to 10
     * @param concurrency how many of its items may be in flight at once; 0 means no limit
     * @param delayMinMillis the least time between two starts
     * @param delayMaxMillis the most; each pause is drawn at random between the two, 0 means none
     */
    public record Pace(int priority, int concurrency, int delayMinMillis, int delayMaxMillis) {
        /** No limits, and the middle priority. */
        public static final Pace DEFAULT = new Pace(FairScheduler.DEFAULT_PRIORITY, 0, 0, 0);
    }
}
