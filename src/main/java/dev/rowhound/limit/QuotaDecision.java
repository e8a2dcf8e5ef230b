package dev.rowhound.limit;

import java.time.Duration;

/**
 * Whether something is within a user's quota.
 *
 * @param allowed whether it is
 * @param added whether this call has counted it; a repeated one has not
 * @param message where it is refused: which quota, how large it is, and when there is room again
 * @param retryAfter where it is refused: how long to wait before trying again makes sense
 */
public record QuotaDecision(boolean allowed, boolean added, String message, Duration retryAfter) {
    static QuotaDecision allowed(boolean added) {
        return new QuotaDecision(true, added, "", Duration.ZERO);
    }

    static QuotaDecision refused(String message, Duration retryAfter) {
        return new QuotaDecision(false, false, message, retryAfter);
    }
}
