package dev.rowhound.http.stream;

import dev.rowhound.progress.TotalsWatch;
import dev.rowhound.progress.TotalsWatch.PollResult;
import dev.rowhound.queue.job.JobSnapshot;
import io.vertx.core.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Sends a job's totals to a client whenever they change, until the job ends. */
public final class TotalsSink implements TotalsWatch.Sink {
    private final Supplier<Future<@Nullable JobSnapshot>> snapshot;
    private final Function<JobSnapshot, Future<Void>> send;
    private final Consumer<StreamEnd> end;

    /** The last event that the totals sent to the client include. */
    private String lastEvent = "";

    /**
     * Creates a sink for one job.
     *
     * @param snapshot reads the job; null if it does not exist
     * @param send sends the totals; completes when the client can take more
     * @param end ends the client's stream
     */
    public TotalsSink(
            Supplier<Future<@Nullable JobSnapshot>> snapshot,
            Function<JobSnapshot, Future<Void>> send,
            Consumer<StreamEnd> end) {
        this.snapshot = snapshot;
        this.send = send;
        this.end = end;
    }

    @Override
    public Future<PollResult> poll() {
        return snapshot.get().compose(job -> {
            if (job == null) {
                end.accept(StreamEnd.GONE);
                return Future.succeededFuture(PollResult.END);
            }
            if (job.lastEvent().equals(lastEvent)) {
                // Legacy clients treat the first "completed" as the end.
                return Future.succeededFuture(PollResult.UNCHANGED);
            }
            return send.apply(job).map(sent -> {
                lastEvent = job.lastEvent();
                if (!job.state().terminal()) {
                    return PollResult.CHANGED;
                }
                end.accept(StreamEnd.ENDED);
                return PollResult.END;
            });
        });
    }
}
