package dev.rowhound.http.request;

import dev.rowhound.app.Refusal;
import dev.rowhound.job.Caller;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Request attributes that {@link RouteTable} determines before the handler runs. Caller and idempotency key are parsed
 * on access.
 */
public final class RequestScope {
    private static final String KEY = "rowhound.scope";

    private final String id;
    private final String client;
    private final Supplier<Caller> caller;
    private final Supplier<@Nullable String> key;
    private final @Nullable BodyLimit bodyLimit;

    /** Creates a scope; {@code caller} and {@code key} throw a {@link Refusal} for an invalid value. */
    RequestScope(
            String id,
            String client,
            Supplier<Caller> caller,
            Supplier<@Nullable String> key,
            @Nullable BodyLimit bodyLimit) {
        this.id = id;
        this.client = client;
        this.caller = caller;
        this.key = key;
        this.bodyLimit = bodyLimit;
    }

    /** Returns the scope of a request to a route of {@link RouteTable}. */
    public static RequestScope of(RoutingContext context) {
        return context.get(KEY);
    }

    /** Attaches this scope to the request. */
    void put(RoutingContext context) {
        context.put(KEY, this);
    }

    public String id() {
        return id;
    }

    /** Returns the client address. */
    public String client() {
        return client;
    }

    /**
     * Returns the caller.
     *
     * @throws Refusal if the user name is invalid
     */
    public Caller caller() {
        return caller.get();
    }

    /**
     * Returns the size limit of a body that the handler reads itself, on a route declared with
     * {@link RouteTable.Spec#upload}.
     */
    public BodyLimit bodyLimit() {
        return Objects.requireNonNull(bodyLimit, "the route declares no upload");
    }

    /**
     * Returns the idempotency key, or null if the route does not accept one or the request has none.
     *
     * @throws Refusal if the key is blank or too long
     */
    public @Nullable String key() {
        return key.get();
    }
}
