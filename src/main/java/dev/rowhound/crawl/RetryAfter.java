package dev.rowhound.crawl;

import java.time.Clock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Parser for the header {@code Retry-After} (RFC 9110, 10.2.3): seconds or a date. */
final class RetryAfter {
    /** The result for a missing or unreadable header. */
    static final long UNKNOWN = -1;

    private final Clock clock;

    RetryAfter(Clock clock) {
        this.clock = clock;
    }

    /** Returns the milliseconds to wait from this moment; 0 for a date in the past. */
    long millis(@Nullable String header) {
        if (header == null) {
            return UNKNOWN;
        }
        String text = header.strip();
        if (text.matches("\\d{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(text)).toMillis();
        }
        try {
            ZonedDateTime date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
            return Math.max(0, Duration.between(clock.instant(), date).toMillis());
        } catch (DateTimeParseException e) {
            return UNKNOWN;
        }
    }
}
