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
 * Sends calls about one job together: those that come while one round is under way wait for the next, so that under
 * load many items share a script's run, and an idle node's call leaves at once. Safe for use from any thread; answers
 * come on the caller's context, where there is one.
 *
 * @param <C> a call
 * @param <A> its answer
 */
final class GroupCommit<C, A> {
    /** More calls than this in one script's run would hold up those of other jobs. */
    private static final int MAX_ROUND = 100;

    private final BiFunction<String, List<C>, Future<List<A>>> send;
    private final Map<String, Deque<Waiting<C, A>>> queues = new HashMap<>();

    private record Waiting<C, A>(C call, Promise<A> promise) {}

    /** Sends by that, which answers in the order of the calls; a failure, or too few answers, fail all of them. */
    GroupCommit(BiFunction<String, List<C>, Future<List<A>>> send) {
        this.send = send;
    }

    /** Sends the call with the next round of the job. */
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
            // Calls made in the same event-loop tick join this round.
            if (caller == null) {
                round(job);
            } else {
                caller.runOnContext(none -> round(job));
            }
        }
        return CallerContext.keep(promise.future());
    }

    private void round(String job) {
        List<Waiting<C, A>> batch = new ArrayList<>();
        synchronized (queues) {
            Deque<Waiting<C, A>> queue = queues.get(job);
            while (queue != null && !queue.isEmpty() && batch.size() < MAX_ROUND) {
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
                .onComplete(answered -> round(job));
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
