package dev.rowhound.crawl.view;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemResult;
import org.jspecify.annotations.Nullable;

/** Ends a look-up that cannot go on; carries what the item comes to. */
public final class LookupException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient ItemResult result;

    /** The item has failed. */
    public LookupException(ErrorCode code, String message, String step) {
        this(ItemResult.failed(code, message, step));
    }

    /** The item comes to that. */
    public LookupException(ItemResult result) {
        super(result.error() == null ? "" : result.error().message(), null, false, false);
        this.result = result;
    }

    /** What the item comes to. */
    public ItemResult result() {
        return result;
    }

    /** The kind of fault, or null where the result is none. */
    public @Nullable ErrorCode code() {
        return result.error() == null ? null : result.error().code();
    }
}
