package dev.rowhound.app.submission;

import dev.rowhound.app.Refusal;
import io.vertx.core.json.JsonObject;

/** The same submission has failed before through a fault of its content; sent again as it is, it always will. */
public final class RepeatedFailure extends Refusal {
    private static final long serialVersionUID = 1L;

    /** For that reason on the job's record. */
    public RepeatedFailure(JsonObject reason) {
        super(
                reason.getString("code"),
                reason.getString("message")
                        + "; this was found when the file was sent first, so send a mended one under another key",
                Submission.FILE,
                reason.containsKey("line") ? new JsonObject().put("line", reason.getInteger("line")) : new JsonObject(),
                null);
    }
}
