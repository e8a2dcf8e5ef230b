package dev.rowhound.http.live;

import dev.rowhound.app.Refusal;
import io.vertx.core.http.HttpServerRequest;

/** Parses the query parameter {@code detail}: the events of every item, or only totals. */
final class Detail {
    private Detail() {}

    /**
     * Returns whether the client requests only totals.
     *
     * @throws Refusal if the value is neither {@code items} nor {@code totals}
     */
    static boolean isTotals(HttpServerRequest request) {
        String detail = request.getParam("detail");
        if (detail == null || detail.isBlank() || detail.equals("items")) {
            return false;
        }
        if (detail.equals("totals")) {
            return true;
        }
        throw Refusal.of("invalid_field", "\"" + detail + "\" is not a level of detail; use items or totals", "detail");
    }
}
