package dev.rowhound.crawl.http;

/** Signals that a page exceeds a limit; the message says which. */
final class TooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooLargeException(String message) {
        super(message, null, false, false);
    }
}
