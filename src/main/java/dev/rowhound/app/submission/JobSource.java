package dev.rowhound.app.submission;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The origin of a job.
 *
 * @param job the id of the job
 * @param idProposed whether the caller has chosen the id
 * @param user the owner of the job
 * @param ttl how long the job is kept after its end
 * @param schedule the schedule whose fire creates the job, or null
 */
public record JobSource(
        String job,
        boolean idProposed,
        String user,
        String fileName,
        Duration ttl,
        @Nullable String schedule) {}
