package dev.rowhound.app.submission;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a job comes from.
 *
 * @param job the id that the job is to have
 * @param idProposed whether the caller has chosen that id
 * @param user whose job it is
 * @param fileName what the file is called
 * @param ttl how long the job is kept after its end
 * @param schedule the schedule whose fire this is, or null
 */
public record JobSource(
        String job,
        boolean idProposed,
        String user,
        String fileName,
        Duration ttl,
        @Nullable String schedule) {}
