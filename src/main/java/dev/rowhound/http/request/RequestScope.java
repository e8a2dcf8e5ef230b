package dev.rowhound.http.request;

import dev.rowhound.app.Refusal;
import dev.rowhound.job.Caller;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the pipeline knows of a request. Caller and key are read when they are asked for. */
public final class RequestScope {
    private static final String KEY = "rowhound.scope";

    private final String id;
    private final String client;
    private final Supplier<Caller> caller;
    private final Supplier<@Nullable String> key;
    private final @Nullable BodyLimit bodyLimit;

    /** The scope of a request; {@code caller} and {@code key} throw a {@link Refusal} for what cannot be one. */
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

    /** The scope of a request whose route the pipeline serves. */
    public static RequestScope of(RoutingContext context) {
        return context.get(KEY);
    }

    /** Keeps it with the request. */
    void put(RoutingContext context) {
        context.put(KEY, this);
    }

    /** The request's id. */
    public String id() {
        return id;
    }

    /** The address that the request comes from. */
    public String client() {
        return client;
    }

    /**
     * Who asks.
     *
     * @throws Refusal for a name that cannot be one
     */
    public Caller caller() {
        return caller.get();
    }

    /** How much of the body the handler may take, on a route that declares it with {@link RouteTable.Spec#upload}. */
    public BodyLimit bodyLimit() {
        return Objects.requireNonNull(bodyLimit, "the route declares no upload");
    }

    /**
     * The caller's own name for the call, where the route takes one and the request has it.
     *
     * @throws Refusal for one that is blank or too long
     */
    public @Nullable String key() {
        return key.get();
    }
}
