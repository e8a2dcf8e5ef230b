package dev.rowhound.http.legacy;

import dev.rowhound.progress.Cursor;
import dev.rowhound.progress.EventBatch;
import dev.rowhound.progress.Watch;
import dev.rowhound.queue.job.JobSnapshot;
import io.vertx.core.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells how far a job is whenever something has happened: not each event, only where the job then stands. Lives on one
 * event loop.
 */
final class SessionProgress implements Watch.Sink {
    private final Supplier<Future<@Nullable JobSnapshot>> present;
    private final Function<JobSnapshot, Future<Void>> teller;
    private final Runnable end;
    /** The number of the last event that what was told includes. */
    private long told;

    /**
     * Of a job whose beginning is told already.
     *
     * @param first what was told of it
     * @param present asks where the job stands; null when it is gone
     * @param teller tells the watcher so; done when the watcher can take more
     * @param end ends the watcher's stream
     */
    SessionProgress(
            JobSnapshot first,
            Supplier<Future<@Nullable JobSnapshot>> present,
            Function<JobSnapshot, Future<Void>> teller,
            Runnable end) {
        this.present = present;
        this.teller = teller;
        this.end = end;
        told = first.lastSeq();
    }

    @Override
    public Future<Void> events(EventBatch batch) {
        if (batch.last().seq() <= told) {
            // The store was ahead of the events when it was asked for an earlier batch. Telling it again would be a
            // second "completed", and clients take the first one for the end.
            return Future.succeededFuture();
        }
        return present.get().compose(job -> job == null ? Future.succeededFuture() : tell(job));
    }

    @Override
    public Future<Cursor> lost() {
        return present.get().compose(job -> {
            if (job == null) {
                end.run();
                return Future.failedFuture("the job is gone");
            }
            return tell(job).map(new Cursor(job.lastSeq(), job.lastMark()));
        });
    }

    @Override
    public void ended() {
        end.run();
    }

    private Future<Void> tell(JobSnapshot job) {
        told = job.lastSeq();
        return teller.apply(job);
    }
}
