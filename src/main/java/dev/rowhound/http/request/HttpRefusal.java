package dev.rowhound.http.request;

import dev.rowhound.app.Refusal;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A refusal with an HTTP status that differs from the default status of its code in {@link Statuses}. */
public final class HttpRefusal extends Refusal {
    private static final long serialVersionUID = 1L;

    private final int status;

    private HttpRefusal(
            int status,
            String code,
            String message,
            @Nullable String field,
            JsonObject details,
            @Nullable Duration retryAfter) {
        super(code, message, field, details, retryAfter);
        this.status = status;
    }

    public static HttpRefusal of(int status, String code, String message, @Nullable String field) {
        return new HttpRefusal(status, code, message, field, new JsonObject(), null);
    }

    /** Returns a copy of the refusal with this status. */
    public static HttpRefusal of(int status, Refusal refusal) {
        return new HttpRefusal(
                status, refusal.code(), refusal.message(), refusal.field(), refusal.details(), refusal.retryAfter());
    }

    @Override
    public HttpRefusal with(String key, Object value) {
        return of(status, super.with(key, value));
    }

    @Override
    public HttpRefusal retryAfter(Duration wait) {
        return of(status, super.retryAfter(wait));
    }

    int status() {
        return status;
    }
}
