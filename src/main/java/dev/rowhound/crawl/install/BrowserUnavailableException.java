package dev.rowhound.crawl.install;

/** There is no browser to crawl with; the message is one sentence that says what to do about it. */
public final class BrowserUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrowserUnavailableException(String message) {
        super(message);
    }
}
