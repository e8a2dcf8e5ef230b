package dev.rowhound.http.stream;

import dev.rowhound.progress.TotalsWatch;
import dev.rowhound.progress.TotalsWatch.LookResult;
import dev.rowhound.queue.job.JobSnapshot;
import io.vertx.core.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells a client where a job stands, each time once, to the job's end. */
public final class TotalsSink implements TotalsWatch.Sink {
    private final Supplier<Future<@Nullable JobSnapshot>> present;
    private final Function<JobSnapshot, Future<Void>> teller;
    private final Consumer<StreamEnd> end;

    /** The last event that what was told includes. */
    private String told = "";

    /**
     * Of one job.
     *
     * @param present asks where the job stands; null when it is gone
     * @param teller tells the client so; done when the client can take more
     * @param end ends the client's stream
     */
    public TotalsSink(
            Supplier<Future<@Nullable JobSnapshot>> present,
            Function<JobSnapshot, Future<Void>> teller,
            Consumer<StreamEnd> end) {
        this.present = present;
        this.teller = teller;
        this.end = end;
    }

    @Override
    public Future<LookResult> look() {
        return present.get().compose(job -> {
            if (job == null) {
                end.accept(StreamEnd.GONE);
                return Future.succeededFuture(LookResult.END);
            }
            if (job.lastEvent().equals(told)) {
                // Old clients take the first "completed" for the end.
                return Future.succeededFuture(LookResult.NOTHING);
            }
            return teller.apply(job).map(taken -> {
                told = job.lastEvent();
                if (!job.state().terminal()) {
                    return LookResult.NEWS;
                }
                end.accept(StreamEnd.ENDED);
                return LookResult.END;
            });
        });
    }
}
