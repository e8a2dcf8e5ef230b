package dev.rowhound.crawl.install;

/** Signals that no usable browser was found; the message is a sentence that says what to do. */
public final class BrowserUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrowserUnavailableException(String message) {
        super(message);
    }
}
