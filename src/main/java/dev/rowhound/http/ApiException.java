package dev.rowhound.http;

/** Ends a request with an error. */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ApiError error;

    /** Answers with that. */
    public ApiException(ApiError error) {
        super(error.message());
        this.error = error;
    }

    /** What to answer. */
    public ApiError error() {
        return error;
    }
}
