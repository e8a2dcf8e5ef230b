package dev.rowhound.crawl;

/** Signals that the page shows a logged-out user and that the session must log in again. */
final class LoggedOutException extends Exception {
    private static final long serialVersionUID = 1L;

    LoggedOutException() {
        super("logged out", null, false, false);
    }
}
