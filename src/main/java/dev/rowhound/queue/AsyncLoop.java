package dev.rowhound.queue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Iterator;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Runs an asynchronous step for each of many items, few at a time. All calls of a node share a connection to the store,
 * so thousands of calls sent at once would delay every other call behind them.
 */
public final class AsyncLoop {
    private AsyncLoop() {}

    /**
     * Runs {@code step} for each item and begins an item only when fewer than {@code limit} are in progress. A failed
     * step ends its share of the loop: at most {@code limit} steps fail. Call it on an event loop.
     *
     * @param limit how many items may be in progress, from 1
     * @return completes when no step is in progress any more; fails if a step failed
     */
    public static <T> Future<Void> forEach(Iterator<T> items, int limit, Function<T, Future<Void>> step) {
        return Future.join(IntStream.range(0, limit)
                        .mapToObj(number -> {
                            Promise<Void> done = Promise.promise();
                            next(items, step, done);
                            return done.future();
                        })
                        .toList())
                .mapEmpty();
    }

    private static <T> void next(Iterator<T> items, Function<T, Future<Void>> step, Promise<Void> done) {
        if (items.hasNext()) {
            step.apply(items.next()).onSuccess(next -> next(items, step, done)).onFailure(done::fail);
        } else {
            done.complete();
        }
    }
}
