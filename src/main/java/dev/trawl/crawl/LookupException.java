package dev.trawl.crawl;

import dev.trawl.job.ErrorCode;
import dev.trawl.job.ItemResult;

/** Ends a look-up that cannot go on; carries what the item comes to. */
final class LookupException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient ItemResult result;

    LookupException(ErrorCode code, String message, String step) {
        super(message, null, false, false);
        this.result = ItemResult.failed(code, message, step);
    }

    ItemResult result() {
        return result;
    }
}
