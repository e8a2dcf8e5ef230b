package dev.rowhound.http.live;

import dev.rowhound.app.Refusal;
import io.vertx.core.http.HttpServerRequest;

/** The query's {@code detail}: every item's events, or how far the job is. */
final class Detail {
    private Detail() {}

    /**
     * Whether only the totals are wanted.
     *
     * @throws Refusal if it is neither
     */
    static boolean isTotals(HttpServerRequest request) {
        String detail = request.getParam("detail");
        if (detail == null || detail.isBlank() || detail.equals("items")) {
            return false;
        }
        if (detail.equals("totals")) {
            return true;
        }
        throw Refusal.of("invalid_field", "\"" + detail + "\" is no detail; give items or totals", "detail");
    }
}
