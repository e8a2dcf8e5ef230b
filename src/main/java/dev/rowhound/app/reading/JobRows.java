package dev.rowhound.app.reading;

import dev.rowhound.job.ItemState;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.result.ItemView;
import dev.rowhound.queue.result.Items;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a job with what they have come to, in input order; those that have not ended as they stand.
 *
 * @param items the rows of all jobs
 * @param job the job as it stands
 */
public record JobRows(Items items, JobSnapshot job) {
    /** How many rows are looked through for a page; the next one goes on behind them. */
    private static final int MAX_SCANNED = 10_000;

    /**
     * Some rows.
     *
     * @param next the row to go on with, or null behind the last
     */
    public record ItemPage(List<ItemView> rows, @Nullable Integer next) {}

    /** The rows in those states from one on, at most so many; fewer, or none, where many are of another state. */
    public Future<ItemPage> page(Set<ItemState> states, int limit, int from) {
        return collect(new Collected(states, limit, from));
    }

    private static final class Collected {
        final Set<ItemState> states;
        final int limit;
        final int first;
        final List<ItemView> found = new ArrayList<>();
        int next;

        Collected(Set<ItemState> states, int limit, int from) {
            this.states = states;
            this.limit = limit;
            this.first = from;
            this.next = from;
        }

        boolean full() {
            return found.size() >= limit || next - first >= MAX_SCANNED;
        }
    }

    private Future<ItemPage> collect(Collected page) {
        return items.page(job, page.next).compose(rows -> {
            for (ItemView row : rows) {
                if (page.full()) {
                    break;
                }
                page.next = row.row().number() + 1;
                if (page.states.contains(row.state())) {
                    page.found.add(row);
                }
            }
            if (!rows.isEmpty() && !page.full()) {
                return collect(page);
            }
            boolean more = !rows.isEmpty() && page.next <= job.received();
            return Future.succeededFuture(new ItemPage(page.found, more ? page.next : null));
        });
    }

    /** The first chunk of rows; empty where there are none. */
    public Future<List<ItemView>> first() {
        return items.page(job, 1);
    }

    /**
     * Gives all rows to a reader, chunk after chunk.
     *
     * @param first the first chunk
     * @param reader takes a chunk; the next one is read once it has it
     */
    public Future<Void> each(List<ItemView> first, Function<List<ItemView>, Future<Void>> reader) {
        Promise<Void> done = Promise.promise();
        each(first, reader, done);
        return done.future();
    }

    /** Futures composed to a chain would end as deep in the stack as a job has chunks. */
    private void each(List<ItemView> rows, Function<List<ItemView>, Future<Void>> reader, Promise<Void> done) {
        if (rows.isEmpty()) {
            done.complete();
            return;
        }
        int next = rows.get(rows.size() - 1).row().number() + 1;
        reader.apply(rows)
                .compose(taken -> items.page(job, next))
                .onSuccess(more -> each(more, reader, done))
                .onFailure(done::fail);
    }
}
