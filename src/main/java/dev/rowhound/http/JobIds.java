package dev.rowhound.http;

import dev.rowhound.artifact.StorageException;
import dev.rowhound.job.JobState;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The id of an upload's job: the one that the caller proposes, else one that follows from user and idempotency key, else
 * a random one. An upload that was lost on its way leaves its id used up, so the next try under the key has another.
 */
final class JobIds {
    /** The header with the id that the caller proposes. */
    static final String HEADER = "Rowhound-Job-Id";

    /** So often an upload may be lost on its way. */
    private static final int MAX_TRIES = 20;

    /** What ends an upload through no fault of its content. */
    private static final Set<String> LOST = Set.of(
            "upload_aborted",
            "store_full",
            "shutting_down",
            StorageException.Reason.FULL.code(),
            StorageException.Reason.READ_ONLY.code(),
            StorageException.Reason.FAILED.code());

    private final @Nullable String proposed;
    private final @Nullable String key;

    private JobIds(@Nullable String proposed, @Nullable String key) {
        this.proposed = proposed;
        this.key = key;
    }

    /**
     * Those of a request.
     *
     * @throws ApiException where a header that names it is wrong
     */
    static JobIds of(HttpServerRequest request) {
        String proposed = request.getHeader(HEADER);
        if (proposed == null) {
            return new JobIds(null, IdempotencyKey.of(request));
        }
        try {
            return new JobIds(UUID.fromString(proposed).toString(), null);
        } catch (IllegalArgumentException e) {
            throw new ApiException(
                    ApiError.of(400, "invalid_field", "the header " + HEADER + " is not a UUID", HEADER));
        }
    }

    /** Whether the caller has proposed the id. */
    boolean proposed() {
        return proposed != null;
    }

    /** The first one of that user's whose job was not lost on its way; the last one where all were. */
    Future<String> next(String user, HttpParts parts) {
        if (proposed != null) {
            return Future.succeededFuture(proposed);
        }
        return key == null
                ? Future.succeededFuture(UUID.randomUUID().toString())
                : next(parts.jobs(), attempt -> parts.ids().of("upload", user, key, attempt), 1);
    }

    private static Future<String> next(Jobs jobs, IntFunction<String> ids, int attempt) {
        String id = ids.apply(attempt);
        if (attempt == MAX_TRIES) {
            return Future.succeededFuture(id);
        }
        return jobs.find(id)
                .compose(job -> job != null && lost(job) ? next(jobs, ids, attempt + 1) : Future.succeededFuture(id));
    }

    /** Whether the job failed because its upload was lost on its way. */
    static boolean lost(JobSnapshot job) {
        return job.state() == JobState.FAILED
                && job.reason() != null
                && LOST.contains(job.reason().getString("code"));
    }
}
