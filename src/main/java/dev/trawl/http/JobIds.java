package dev.trawl.http;

import dev.trawl.job.JobState;
import dev.trawl.queue.JobSnapshot;
import dev.trawl.queue.Jobs;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The id of an upload's job: the one that the caller proposes, else one that follows from user and idempotency key, else
 * a random one. An upload that was lost on its way leaves its id used up, so the next try under the key has another.
 */
final class JobIds {
    /** The header with the id that the caller proposes. */
    static final String HEADER = "Trawl-Job-Id";

    /** So often an upload may be lost on its way. */
    private static final int MAX_TRIES = 20;

    /** What ends an upload through no fault of its content. */
    private static final Set<String> LOST = Set.of("upload_aborted", "store_full", "shutting_down");

    private final String first;
    private final @Nullable String name;

    private JobIds(String first, @Nullable String name) {
        this.first = first;
        this.name = name;
    }

    /**
     * Those of a request.
     *
     * @throws ApiException where a header that names it is wrong
     */
    static JobIds of(HttpServerRequest request, Callers callers) {
        String proposed = request.getHeader(HEADER);
        if (proposed != null) {
            try {
                return new JobIds(UUID.fromString(proposed).toString(), null);
            } catch (IllegalArgumentException e) {
                throw new ApiException(
                        ApiError.of(400, "invalid_field", "the header " + HEADER + " is not a UUID", HEADER));
            }
        }
        String key = IdempotencyKey.of(request);
        if (key == null) {
            return new JobIds(UUID.randomUUID().toString(), null);
        }
        String name = callers.of(request).user() + "\n" + key;
        return new JobIds(uuid(name), name);
    }

    /** The first one whose job was not lost on its way; the last one where all were. */
    Future<String> next(Jobs jobs) {
        return name == null ? Future.succeededFuture(first) : next(jobs, name, first, 1);
    }

    private static Future<String> next(Jobs jobs, String name, String id, int attempt) {
        if (attempt == MAX_TRIES) {
            return Future.succeededFuture(id);
        }
        return jobs.find(id)
                .compose(job -> job != null && lost(job)
                        ? next(jobs, name, uuid(name + "\n" + (attempt + 1)), attempt + 1)
                        : Future.succeededFuture(id));
    }

    /** Whether the job failed because its upload was lost on its way. */
    static boolean lost(JobSnapshot job) {
        return job.state() == JobState.FAILED
                && job.reason() != null
                && LOST.contains(job.reason().getString("code"));
    }

    private static String uuid(String name) {
        String digest = UploadIntake.sha256(name);
        return new UUID(
                        Long.parseUnsignedLong(digest.substring(0, 16), 16),
                        Long.parseUnsignedLong(digest.substring(16, 32), 16))
                .toString();
    }
}
