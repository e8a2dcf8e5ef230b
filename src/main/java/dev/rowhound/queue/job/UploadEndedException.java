package dev.rowhound.queue.job;

/**
 * Thrown when a job no longer accepts rows from its upload: it was cancelled, or the upload was silent for too long.
 */
public final class UploadEndedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String state;

    UploadEndedException(String state) {
        super("the job no longer accepts rows; it is " + (state.isEmpty() ? "gone" : state));
        this.state = state;
    }

    /** Returns the job's state, or the empty string if it does not exist. */
    public String state() {
        return state;
    }
}
