package dev.rowhound.limit;

import java.time.Duration;

/**
 * Whether a request is within the user's quota.
 *
 * @param added whether this call counted it; a repeated call does not
 * @param message if refused: which quota, its size, and when there is room again
 * @param retryAfter if refused: how long to wait before the next request
 */
public record QuotaDecision(boolean allowed, boolean added, String message, Duration retryAfter) {
    static QuotaDecision allowed(boolean added) {
        return new QuotaDecision(true, added, "", Duration.ZERO);
    }

    static QuotaDecision refused(String message, Duration retryAfter) {
        return new QuotaDecision(false, false, message, retryAfter);
    }
}
