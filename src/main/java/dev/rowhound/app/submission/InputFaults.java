package dev.rowhound.app.submission;

import dev.rowhound.app.Refusal;
import dev.rowhound.artifact.StorageException;
import dev.rowhound.intake.IntakeException;
import dev.rowhound.queue.job.UploadEndedException;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Converts the errors of reading a file to refusals and failure reasons. */
public final class InputFaults {
    private InputFaults() {}

    /** Converts an error of reading a file to a refusal; returns other errors unchanged. */
    public static Throwable refusal(Throwable error) {
        if (error instanceof IntakeException fault) {
            Refusal refusal = Refusal.of(fault.code().wire(), String.valueOf(fault.getMessage()), fault.field());
            return fault.line() > 0 ? refusal.with("line", fault.line()) : refusal;
        }
        if (error instanceof UploadEndedException ended) {
            return Refusal.of("job_ended", String.valueOf(ended.getMessage()));
        }
        return error;
    }

    /** The failure reason to store with the job. */
    static JsonObject reason(Throwable error) {
        if (refusal(error) instanceof Refusal refused) {
            JsonObject reason = reason(refused.code(), refused.message());
            Object line = refused.details().getValue("line");
            return line == null ? reason : reason.put("line", line);
        }
        if (error instanceof StorageException disk) {
            return reason(disk.reason().code(), disk.reason().sentence());
        }
        return reason(Submission.UPLOAD_ABORTED, "the upload was interrupted; send the file again");
    }

    private static JsonObject reason(String code, @Nullable String message) {
        return new JsonObject().put("code", code).put("message", message);
    }
}
