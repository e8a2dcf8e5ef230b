package dev.rowhound.crawl.http;

/** A page has more of something than a page may have; the message says of what. */
final class TooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooLargeException(String message) {
        super(message, null, false, false);
    }
}
