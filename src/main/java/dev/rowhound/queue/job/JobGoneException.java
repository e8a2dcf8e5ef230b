package dev.rowhound.queue.job;

/** Thrown when a job's rows disappear during a read: it expired, its upload failed, or its id was reused. */
public final class JobGoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public JobGoneException(String job) {
        super("the rows of job " + job + " no longer exist: the job has expired or its upload was interrupted");
    }
}
