package dev.rowhound.http.request;

import dev.rowhound.app.Refusal;
import io.vertx.ext.web.RoutingContext;

public final class QueryParams {
    private QueryParams() {}

    /**
     * Returns an integer query parameter.
     *
     * @param fallback the value if the parameter is absent or blank
     * @throws Refusal if the value is not an integer between {@code min} and {@code max}
     */
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
                "invalid_field",
                "\"" + text + "\" is not a valid " + name + "; use a number from " + min + " to " + max,
                name);
    }
}
