package dev.rowhound.cli.client;

import dev.rowhound.cli.console.CommandFailure;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Signals an error response; the message is the server's, if it gave one. */
public final class ApiFailure extends CommandFailure {
    private static final long serialVersionUID = 1L;

    private static final Duration MIN_PAUSE = Duration.ofSeconds(1);

    private final int status;
    private final @Nullable Duration retryAfter;

    private ApiFailure(int status, @Nullable Duration retryAfter, String message) {
        super(message);
        this.status = status;
        this.retryAfter = retryAfter;
    }

    /** Creates the failure for a response with a status of 400 or more. */
    public static ApiFailure of(HttpResponse<?> response, String body) {
        String message = null;
        try {
            message = new JsonObject(body).getValue("message") instanceof String sentence ? sentence : null;
        } catch (DecodeException e) {
            // The response comes from a proxy or another server; see below.
        }
        if (message == null) {
            message = response.uri() + " responded with status " + response.statusCode()
                    + " and an unknown error format; is it a Rowhound server?";
        }
        String pause = response.headers().firstValue("Retry-After").orElse(null);
        return new ApiFailure(response.statusCode(), pause == null ? null : pause(pause.strip()), message);
    }

    public int status() {
        return status;
    }

    /** Parses {@code Retry-After}: seconds, or a date, as proxies may write it (RFC 9110, section 10.2.3). */
    private static @Nullable Duration pause(String value) {
        Duration pause;
        if (value.matches("\\d{1,9}")) {
            pause = Duration.ofSeconds(Long.parseLong(value));
        } else {
            try {
                pause = Duration.between(
                        ZonedDateTime.now(), ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME));
            } catch (DateTimeParseException e) {
                return null;
            }
        }
        return pause.compareTo(MIN_PAUSE) < 0 ? MIN_PAUSE : pause;
    }

    /** Returns how long to wait before the next request, at least a second; null if the server does not say. */
    @Nullable
    public Duration retryAfter() {
        return retryAfter;
    }

    /** Returns whether a later request may succeed. */
    public boolean retryable() {
        return status >= 500 || status == 429 || status == 408;
    }
}
