package dev.rowhound.worker.lease;

import dev.rowhound.redis.RetryPolicy.Timing;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Time that stands still until a test moves it; actions run on the context that they were asked for on. */
final class VirtualTiming implements Timing {
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::nanos).thenComparingLong(Timer::order));
    private long now = 1;
    private long order;

    private record Timer(long nanos, long order, Context context, Runnable action) {}

    @Override
    public synchronized long nanoTime() {
        return now;
    }

    @Override
    public synchronized void after(long millis, Runnable action) {
        timers.add(new Timer(now + TimeUnit.MILLISECONDS.toNanos(millis), order++, Vertx.currentContext(), action));
    }

    @Override
    public double random() {
        return 0;
    }

    /** How many actions wait for their moment. */
    synchronized int pending() {
        return timers.size();
    }

    /** Lets so much time pass, and each action happen at its moment. */
    void pass(Duration time) throws Exception {
        long end = nanoTime() + time.toNanos();
        for (Timer due = next(end); due != null; due = next(end)) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            Timer timer = due;
            timer.context().runOnContext(none -> {
                timer.action().run();
                // Behind what the action has put on the context.
                timer.context().runOnContext(behind -> done.complete(null));
            });
            done.get(20, TimeUnit.SECONDS);
        }
    }

    private synchronized Timer next(long end) {
        Timer first = timers.peek();
        if (first == null || first.nanos() > end) {
            now = end;
            return null;
        }
        now = Math.max(now, first.nanos());
        return timers.poll();
    }
}
