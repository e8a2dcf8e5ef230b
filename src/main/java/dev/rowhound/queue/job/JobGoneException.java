package dev.rowhound.queue.job;

/** A job's rows have gone while they were read: it has expired, its upload has failed, or another job has its id. */
public final class JobGoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public JobGoneException(String job) {
        super("the rows of job " + job + " are gone: it has expired, or its upload broke off");
    }
}
