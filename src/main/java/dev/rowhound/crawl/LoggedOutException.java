package dev.rowhound.crawl;

/** The page is one of somebody who is not logged in; the session must be begun again. */
final class LoggedOutException extends Exception {
    private static final long serialVersionUID = 1L;

    LoggedOutException() {
        super("logged out", null, false, false);
    }
}
