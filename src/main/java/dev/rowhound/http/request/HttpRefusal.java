package dev.rowhound.http.request;

import dev.rowhound.app.Refusal;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A refusal with another status than {@link Statuses} gives its code. */
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

    /** A refusal of one field with that status. */
    public static HttpRefusal of(int status, String code, String message, @Nullable String field) {
        return new HttpRefusal(status, code, message, field, new JsonObject(), null);
    }

    /** The same refusal with that status. */
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

    /** The HTTP status. */
    int status() {
        return status;
    }
}
