package dev.rowhound.limit;

import io.vertx.core.Future;

/** Tells whether a job that is counted as open still is. */
@FunctionalInterface
public interface JobStanding {
    /** What a job can be to its user's account. */
    enum Standing {
        /** There is none of that id: not yet, or not any more. */
        ABSENT,
        /** It can still do something. */
        OPEN,
        /** It has ended. */
        ENDED
    }

    /** Where the job of that id stands. */
    Future<Standing> of(String job);
}
