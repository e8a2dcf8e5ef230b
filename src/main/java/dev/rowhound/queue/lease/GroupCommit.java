package dev.rowhound.queue.lease;

import dev.rowhound.redis.CallerContext;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Batches calls about one job: calls that arrive while a batch is in progress wait for the next, so that under load
 * many items share a script call, while a single call is sent at once. Thread-safe; replies arrive on the caller's
 * context, if it has one.
 *
 * @param <C> a call
 * @param <A> its reply
 */
final class GroupCommit<C, A> {
    /** A larger batch would delay calls for other jobs. */
    private static final int MAX_BATCH = 100;

    private final BiFunction<String, List<C>, Future<List<A>>> send;
    private final Map<String, Deque<Waiting<C, A>>> queues = new HashMap<>();

    private record Waiting<C, A>(C call, Promise<A> promise) {}

    /** @param send returns the replies in the order of the calls; a failure, or too few replies, fails all calls */
    GroupCommit(BiFunction<String, List<C>, Future<List<A>>> send) {
        this.send = send;
    }

    /** Sends the call with the job's next batch. */
    Future<A> call(String job, C call) {
        Promise<A> promise = Promise.promise();
        Context caller = Vertx.currentContext();
        boolean idle;
        synchronized (queues) {
            Deque<Waiting<C, A>> queue = queues.get(job);
            idle = queue == null;
            if (queue == null) {
                queue = new ArrayDeque<>();
                queues.put(job, queue);
            }
            queue.add(new Waiting<>(call, promise));
        }
        if (idle) {
            // Calls made in the same event-loop tick join this batch.
            if (caller == null) {
                sendBatch(job);
            } else {
                caller.runOnContext(none -> sendBatch(job));
            }
        }
        return CallerContext.keep(promise.future());
    }

    private void sendBatch(String job) {
        List<Waiting<C, A>> batch = new ArrayList<>();
        synchronized (queues) {
            Deque<Waiting<C, A>> queue = queues.get(job);
            while (queue != null && !queue.isEmpty() && batch.size() < MAX_BATCH) {
                batch.add(queue.remove());
            }
            if (batch.isEmpty()) {
                queues.remove(job);
                return;
            }
        }
        send(job, batch.stream().map(Waiting::call).toList())
                .onSuccess(answers -> {
                    for (int i = 0; i < batch.size(); i++) {
                        batch.get(i).promise().complete(answers.get(i));
                    }
                })
                .onFailure(error -> batch.forEach(waiting -> waiting.promise().fail(error)))
                .onComplete(answered -> sendBatch(job));
    }

    private Future<List<A>> send(String job, List<C> calls) {
        Future<List<A>> answers;
        try {
            answers = send.apply(job, calls);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
        return answers.compose(all -> all.size() == calls.size()
                ? Future.succeededFuture(all)
                : Future.failedFuture(new IllegalStateException(
                        "the store has given " + all.size() + " answers to " + calls.size() + " calls")));
    }
}
