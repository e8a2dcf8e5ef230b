package dev.rowhound.crawl.view;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemResult;
import org.jspecify.annotations.Nullable;

/** Ends a lookup early and carries the item's result. */
public final class LookupException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient ItemResult result;

    /** Creates the exception of a failed item. */
    public LookupException(ErrorCode code, String message, String step) {
        this(ItemResult.failed(code, message, step));
    }

    public LookupException(ItemResult result) {
        super(result.error() == null ? "" : result.error().message(), null, false, false);
        this.result = result;
    }

    public ItemResult result() {
        return result;
    }

    /** Returns the error code, or null if the result is not an error. */
    public @Nullable ErrorCode code() {
        return result.error() == null ? null : result.error().code();
    }
}
