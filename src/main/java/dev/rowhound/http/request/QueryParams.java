package dev.rowhound.http.request;

import dev.rowhound.app.Refusal;
import io.vertx.ext.web.RoutingContext;

/** Parameters of the query. */
public final class QueryParams {
    private QueryParams() {}

    /** A whole number among the query's parameters. */
    public static int number(RoutingContext context, String name, int fallback, int min, int max) {
        String text = context.request().getParam(name);
        if (text == null || text.isBlank()) {
            return fallback;
        }
        if (text.matches("\\d{1,9}")) {
            int value = Integer.parseInt(text);
            if (value >= min && value <= max) {
                return value;
            }
        }
        throw Refusal.of(
                "invalid_field", "\"" + text + "\" is no " + name + "; give a number from " + min + " to " + max, name);
    }
}
