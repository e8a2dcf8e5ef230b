package dev.rowhound.queue.job;

import dev.rowhound.job.WorkKind.Specification;
import dev.rowhound.queue.FairScheduler;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a new job.
 *
 * @param id a UUID
 * @param user the owner
 * @param specification what to do with its rows; stored with the job, so that a later version does not change it
 * @param file the uploaded file's name
 * @param columns the names of the input's columns, in order
 * @param keyColumn the index of the key column, from 0
 * @param header whether the input's first line is a header
 * @param fingerprint a digest of all that is known about the upload before its rows; a repeated upload of this id must
 *     have the same
 * @param ttl how long the job is kept after its end
 * @param pace the limits on its items
 * @param halts when it pauses automatically
 * @param schedule the schedule that created it, or null
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
     * @param detected whether this was detected because the request did not specify it
     */
    public record HeaderFinding(boolean present, boolean detected) {
        /** Returns the form in the job's record. */
        JsonObject toJson() {
            return new JsonObject().put("present", present).put("detected", detected);
        }
    }

    /**
     * When a job pauses automatically.
     *
     * @param sample after this many of its first rows have ended; 0 for never
     * @param blocks after this many consecutive blocked rows; 0 for never
     */
    public record Halts(int sample, int blocks) {
        public static final Halts NEVER = new Halts(0, 0);
    }

    /**
     * The limits on a job's items.
     *
     * @param priority the job's weight among its user's jobs, from 1 to 10
     * @param concurrency the maximum number of items in progress; 0 for unlimited
     * @param delayMinMillis the minimum of the random delay between two starts
     * @param delayMaxMillis the maximum of that delay; 0 for none
     */
    public record Pace(int priority, int concurrency, int delayMinMillis, int delayMaxMillis) {
        public static final Pace DEFAULT = new Pace(FairScheduler.DEFAULT_PRIORITY, 0, 0, 0);
    }
}
