package dev.rowhound.progress;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Keeps what a watch tells, and on which contexts. */
final class RecordingSink implements EventSink {
    final List<Long> numbers = new CopyOnWriteArrayList<>();
    final List<Integer> batches = new CopyOnWriteArrayList<>();
    final AtomicInteger lost = new AtomicInteger();
    final AtomicInteger ended = new AtomicInteger();
    final Set<Context> contexts = ConcurrentHashMap.newKeySet();

    /** What comes of a batch, by its number from 1. */
    volatile Function<Integer, Future<Void>> answer = batch -> Future.succeededFuture();

    /** Where a lost watch goes on. */
    volatile Cursor resume = Cursor.START;

    @Override
    public Future<Void> events(String job, EventBatch batch, String cursor) {
        contexts.add(Vertx.currentContext());
        batches.add(batch.events().size());
        batch.events().forEach(event -> numbers.add(event.cursor().seq()));
        return answer.apply(batches.size());
    }

    @Override
    public Future<Cursor> lost(String job, Function<Cursor, String> place) {
        contexts.add(Vertx.currentContext());
        lost.incrementAndGet();
        return Future.succeededFuture(resume);
    }

    @Override
    public void ended(String job) {
        contexts.add(Vertx.currentContext());
        ended.incrementAndGet();
    }
}
