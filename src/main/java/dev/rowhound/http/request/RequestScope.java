package dev.rowhound.http.request;

import dev.rowhound.job.Caller;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * What the pipeline knows of a request before its handler runs.
 *
 * @param id the request's id
 * @param client the address that it comes from
 * @param caller who asks
 * @param key the caller's own name for the call, where the route takes one and the request has it
 */
public record RequestScope(
        String id, String client, Caller caller, @Nullable String key) {
    private static final String KEY = "rowhound.scope";

    /** The scope of a request whose route the pipeline serves. */
    public static RequestScope of(RoutingContext context) {
        return context.get(KEY);
    }

    /** Keeps it with the request. */
    public void put(RoutingContext context) {
        context.put(KEY, this);
    }
}
