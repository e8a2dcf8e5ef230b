package dev.rowhound.http.request;

import dev.rowhound.app.Refusal;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** A refusal with another status than {@link Statuses} gives its code. */
public final class HttpRefusal extends Refusal {
    private static final long serialVersionUID = 1L;

    private final int status;

    private HttpRefusal(int status, String code, String message, @Nullable String field, JsonObject details) {
        super(code, message, field, details, null);
        this.status = status;
    }

    /** A refusal of one field with that status. */
    public static HttpRefusal of(int status, String code, String message, @Nullable String field) {
        return new HttpRefusal(status, code, message, field, new JsonObject());
    }

    /** The same refusal with that status. */
    public static HttpRefusal of(int status, Refusal refusal) {
        return new HttpRefusal(status, refusal.code(), refusal.message(), refusal.field(), refusal.details());
    }

    /** The HTTP status. */
    int status() {
        return status;
    }
}
