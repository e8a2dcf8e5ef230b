package dev.rowhound.http;

import dev.rowhound.http.UploadIntake.ExistingJobException;
import dev.rowhound.intake.UploadPipe;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Uploads.Opened;
import dev.rowhound.redis.StoreUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** A file that becomes a job at once. */
final class JobUpload implements FormFile<JobSnapshot> {
    private final HttpParts parts;
    private final UploadIntake intake;
    private final boolean idProposed;
    private volatile boolean sealing;

    /**
     * For the job of that intake.
     *
     * @param idProposed whether the client has proposed the job's id itself
     */
    JobUpload(HttpParts parts, UploadIntake intake, boolean idProposed) {
        this.parts = parts;
        this.intake = intake;
        this.idProposed = idProposed;
    }

    private String job() {
        return intake.upload().job();
    }

    @Override
    public int run(UploadPipe pipe) throws Exception {
        return intake.run(pipe);
    }

    @Override
    public void hold() {
        if (intake.opened()) {
            // A job that is not held in time ends as failed, which is right when the store is away that long.
            var unused = parts.uploads().hold(intake.upload());
        }
    }

    @Override
    public Future<JobSnapshot> finish(int rows, String sha256) {
        sealing = true;
        return parts.uploads().seal(intake.upload(), rows, sha256).compose(done -> {
            parts.wakeups().publish(job());
            parts.signal().publish();
            return JobsHandler.find(parts.jobs(), job());
        });
    }

    @Override
    public void undo(Throwable error) {
        if (sealing && error instanceof StoreUnavailableException) {
            // The job may be sealed, and its file needed. If it is not, its lease ends it, and the file is swept.
            return;
        }
        intake.fail(error);
    }

    /** The same upload once more is answered as the first one was; another one under its name is refused. */
    @Override
    public Future<JobSnapshot> failed(Throwable error, @Nullable String sha256) {
        if (!(error instanceof ExistingJobException known)) {
            return Future.failedFuture(error);
        }
        Opened existing = known.existing();
        if (known.alike() && existing.digest().equals(sha256)) {
            return JobsHandler.find(parts.jobs(), job());
        }
        if (known.alike() && existing.state().equals("failed") && !idProposed) {
            return JobsHandler.find(parts.jobs(), job())
                    .compose(failed -> Future.failedFuture(new ApiException(sameFailure(failed))));
        }
        ApiError refusal;
        if (!existing.digest().isEmpty()) {
            refusal = idProposed
                    ? ApiError.of(
                            409,
                            "job_exists",
                            "there is a job " + job() + " of another upload; propose another id",
                            JobIds.HEADER)
                    : ApiError.of(
                            409,
                            "idempotency_conflict",
                            "another upload was sent under the same key; send this one under another",
                            IdempotencyKey.HEADER);
        } else if (existing.state().equals("receiving")) {
            refusal = ApiError.of(
                    409, "upload_in_progress", "the same upload is under way already; watch its job " + job());
        } else {
            refusal = ApiError.of(
                    409,
                    "job_ended",
                    "the job " + job() + " is " + existing.state() + "; send the file under another key");
        }
        return Future.failedFuture(new ApiException(refusal));
    }

    /** What an upload under the same name has failed with; how far its content was the same is not known. */
    private static ApiError sameFailure(JobSnapshot failed) {
        JsonObject reason = failed.reason();
        if (reason == null || JobIds.lost(failed)) {
            return ApiError.of(409, "job_ended", "the upload under this key was lost too often; send it under another");
        }
        ApiError error = ApiError.of(
                400,
                reason.getString("code"),
                reason.getString("message")
                        + "; this was found when the file was sent first, so send a mended one under another key",
                UploadSession.FILE);
        return reason.containsKey("line") ? error.with("line", reason.getInteger("line")) : error;
    }
}
