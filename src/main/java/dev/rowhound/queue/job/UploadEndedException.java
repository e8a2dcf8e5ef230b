package dev.rowhound.queue.job;

/** The job does not receive from this upload any more: it was cancelled, or the upload was silent for too long. */
public final class UploadEndedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String state;

    UploadEndedException(String state) {
        super("the job does not take rows any more; it is " + (state.isEmpty() ? "gone" : state));
        this.state = state;
    }

    /** The job's state, or the empty string where there is no job. */
    public String state() {
        return state;
    }
}
