package dev.rowhound.app.submission;

import dev.rowhound.app.Refusal;
import dev.rowhound.limit.QuotaDecision;

/** Says that a user has as much as the node allows. */
public final class QuotaRefusals {
    /** The code of such a refusal. */
    public static final String CODE = "quota_exceeded";

    private QuotaRefusals() {}

    /** The refusal of what was not admitted. */
    public static Refusal of(QuotaDecision refused) {
        return Refusal.of(CODE, refused.message(), "user_id")
                .retryAfter(refused.retryAfter().plusSeconds(1));
    }
}
