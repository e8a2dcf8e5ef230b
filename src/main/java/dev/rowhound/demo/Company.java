package dev.rowhound.demo;

import io.vertx.core.json.JsonObject;

/**
 * A company on the site, in Vietnamese.
 *
 * @param code the tax code
 * @param name the registered name, in capitals
 * @param address the address of the head office
 * @param representative the legal representative
 * @param status whether it is in business
 * @param founded the date of foundation as day/month/year
 * @param industry the main line of business
 */
record Company(
        String code,
        String name,
        String address,
        String representative,
        String status,
        String founded,
        String industry) {

    /** Returns the JSON that the page's script fetches, with one string per component. */
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
