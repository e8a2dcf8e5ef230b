package dev.rowhound.app.submission;

import dev.rowhound.app.Refusal;
import io.vertx.core.json.JsonObject;

/** Rejects a repeated submission whose first attempt failed because of its content. */
public final class RepeatedFailure extends Refusal {
    private static final long serialVersionUID = 1L;

    /** @param reason the failure reason of the job */
    public RepeatedFailure(JsonObject reason) {
        super(
                reason.getString("code"),
                reason.getString("message")
                        + "; the first upload with this key failed with this error, so send a corrected file with another key",
                Submission.FILE,
                reason.containsKey("line") ? new JsonObject().put("line", reason.getInteger("line")) : new JsonObject(),
                null);
    }
}
