package dev.rowhound.demo;

import io.vertx.core.json.JsonObject;

/**
 * What the site tells of a company, in Vietnamese.
 *
 * @param code the tax code
 * @param name the registered name, in capitals
 * @param address where its head office is
 * @param representative who signs for it
 * @param status whether it does business
 * @param founded since when, as day/month/year
 * @param industry its main line of business
 */
record Company(
        String code,
        String name,
        String address,
        String representative,
        String status,
        String founded,
        String industry) {

    /** The form that the page's script fetches: one string a component. */
    JsonObject toJson() {
        return new JsonObject()
                .put("code", code)
                .put("name", name)
                .put("address", address)
                .put("representative", representative)
                .put("status", status)
                .put("founded", founded)
                .put("industry", industry);
    }
}
