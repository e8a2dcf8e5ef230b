package dev.rowhound.crawl.view;

/** Signals that the page, the browser or the driver has gone; the view is unusable. */
public final class ViewClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean pageOnly;

    /**
     * Creates the exception for a closed page or a lost browser.
     *
     * @param message for people
     * @param pageOnly whether only the page closed, by itself, and the browser still works
     */
    public ViewClosedException(String message, boolean pageOnly, Throwable cause) {
        super(message, cause);
        this.pageOnly = pageOnly;
    }

    public boolean pageOnly() {
        return pageOnly;
    }
}
