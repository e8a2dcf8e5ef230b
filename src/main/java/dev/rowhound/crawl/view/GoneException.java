package dev.rowhound.crawl.view;

/** The page, or all that shows it, is gone: nothing more can be asked of the view. */
public final class GoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean pageOnly;

    /**
     * Tells what is gone.
     *
     * @param message for a person
     * @param pageOnly whether only the page went away, by its own doing, and what shows it is well
     */
    public GoneException(String message, boolean pageOnly, Throwable cause) {
        super(message, cause);
        this.pageOnly = pageOnly;
    }

    /** Whether only the page went away, by its own doing. */
    public boolean pageOnly() {
        return pageOnly;
    }
}
