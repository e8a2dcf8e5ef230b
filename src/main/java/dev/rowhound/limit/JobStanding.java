package dev.rowhound.limit;

import io.vertx.core.Future;

/** Looks up whether a job that counts as open still is. */
@FunctionalInterface
public interface JobStanding {
    /** A job's state with respect to quotas. */
    enum Standing {
        /** No such job exists: not yet, or no longer. */
        ABSENT,
        OPEN,
        ENDED
    }

    Future<Standing> of(String job);
}
