package dev.rowhound.app.submission;

import dev.rowhound.app.Refusal;
import dev.rowhound.limit.QuotaDecision;

/** Builds the refusals of requests that exceed a quota. */
public final class QuotaRefusals {
    public static final String CODE = "quota_exceeded";

    private QuotaRefusals() {}

    /** Converts a negative quota decision. */
    public static Refusal of(QuotaDecision refused) {
        return Refusal.of(CODE, refused.message(), "user_id")
                .retryAfter(refused.retryAfter().plusSeconds(1));
    }
}
