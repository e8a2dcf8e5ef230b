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

/** Reads the rows of a job with their states and results, in input order. */
public record JobRows(Items items, JobSnapshot job) {
    /** Limits how many rows are scanned for a page. */
    private static final int MAX_SCANNED = 10_000;

    /**
     * A page of rows.
     *
     * @param next the first row of the next page, or null after the last page
     */
    public record ItemPage(List<ItemView> rows, @Nullable Integer next) {}

    /**
     * Reads at most {@code limit} rows in some states, from the row {@code from} on. The page is shorter, or empty, if
     * too many rows are in other states.
     */
    public Future<ItemPage> page(Set<ItemState> states, int limit, int from) {
        return collect(new PageBuilder(states, limit, from));
    }

    private static final class PageBuilder {
        final Set<ItemState> states;
        final int limit;
        final int first;
        final List<ItemView> matches = new ArrayList<>();
        int next;

        PageBuilder(Set<ItemState> states, int limit, int from) {
            this.states = states;
            this.limit = limit;
            this.first = from;
            this.next = from;
        }

        boolean full() {
            return matches.size() >= limit || next - first >= MAX_SCANNED;
        }
    }

    private Future<ItemPage> collect(PageBuilder page) {
        return items.page(job, page.next).compose(rows -> {
            for (ItemView row : rows) {
                if (page.full()) {
                    break;
                }
                page.next = row.row().number() + 1;
                if (page.states.contains(row.state())) {
                    page.matches.add(row);
                }
            }
            if (!rows.isEmpty() && !page.full()) {
                return collect(page);
            }
            boolean more = !rows.isEmpty() && page.next <= job.received();
            return Future.succeededFuture(new ItemPage(page.matches, more ? page.next : null));
        });
    }

    /** Reads the first chunk of rows, which is empty for a job without rows. */
    public Future<List<ItemView>> first() {
        return items.page(job, 1);
    }

    /**
     * Passes all rows to a reader, chunk by chunk.
     *
     * @param first the first chunk
     * @param reader consumes a chunk; the next one is read when its future completes
     */
    public Future<Void> each(List<ItemView> first, Function<List<ItemView>, Future<Void>> reader) {
        Promise<Void> done = Promise.promise();
        each(first, reader, done);
        return done.future();
    }

    /** Uses a promise, because a chain of composed futures would complete at a stack depth of the number of chunks. */
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
