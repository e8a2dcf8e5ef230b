package dev.rowhound.crawl;

import dev.rowhound.crawl.view.Snapshot;
import dev.rowhound.job.ItemResult;
import io.vertx.core.json.JsonObject;

/**
 * What a page has come to.
 *
 * @param result found with the page's fields, or not found
 * @param page the page
 */
record Conclusion(ItemResult result, Snapshot page) {
    /** The page's fields, which the caller may add to. */
    JsonObject fields() {
        return result.fields();
    }
}
