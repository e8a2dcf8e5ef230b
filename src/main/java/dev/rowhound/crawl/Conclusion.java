package dev.rowhound.crawl;

import dev.rowhound.crawl.view.Snapshot;
import dev.rowhound.job.ItemResult;
import io.vertx.core.json.JsonObject;

/**
 * The outcome of a page.
 *
 * @param result found with the page's fields, or not found
 * @param page the page
 */
record Conclusion(ItemResult result, Snapshot page) {
    /** Returns the page's fields; the object is mutable. */
    JsonObject fields() {
        return result.fields();
    }
}
