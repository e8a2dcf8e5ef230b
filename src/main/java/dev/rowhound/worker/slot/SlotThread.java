package dev.rowhound.worker.slot;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * The single thread on which the processors of a slot run. A thread that hangs in a task is abandoned and replaced,
 * unless {@link LostThreads} has reached its limit. Must be used on one event loop.
 */
final class SlotThread {
    private final Vertx vertx;
    private final String name;
    private final LostThreads lost;
    private WorkerExecutor executor;
    private Future<Void> usable = Future.succeededFuture();
    private int replacements;

    SlotThread(Vertx vertx, String name, LostThreads lost) {
        this.vertx = vertx;
        this.name = name;
        this.lost = lost;
        this.executor = open(name);
    }

    private WorkerExecutor open(String executorName) {
        // Heartbeats detect hanging threads, so Vert.x need not warn of long items; the longest take a week.
        return vertx.createSharedWorkerExecutor(executorName, 1, 8, TimeUnit.DAYS);
    }

    /** Runs a task after all earlier tasks. */
    <T> Future<T> run(Callable<T> task) {
        return run(executor, task);
    }

    /**
     * Runs a task unordered, because Vert.x orders the tasks of one context across all its executors. The single thread
     * keeps the order.
     */
    private static <T> Future<T> run(WorkerExecutor target, Callable<T> task) {
        return target.executeBlocking(task, false);
    }

    /**
     * Abandons the current thread.
     *
     * @param task the task in which it hangs
     * @param cleanup runs on that thread if the task returns after all
     */
    void giveUp(Future<?> task, Callable<?> cleanup) {
        WorkerExecutor hanging = executor;
        boolean replaced = lost.add();
        Promise<Void> returned = Promise.promise();
        if (replaced) {
            executor = open(name + "-" + ++replacements);
        } else {
            usable = returned.future();
        }
        task.eventually(() -> run(hanging, cleanup)).onComplete(done -> {
            lost.returned();
            if (replaced) {
                hanging.close();
            }
            returned.complete();
        });
    }

    /** Completes at once, or after a thread that was abandoned without a replacement has returned. */
    Future<Void> usable() {
        return usable;
    }

    /** Runs a last task if a thread is usable, and closes the executor. */
    Future<Void> close(Callable<?> last) {
        Future<?> done = usable.isComplete() ? run(last) : Future.succeededFuture();
        return done.eventually(() -> executor.close()).mapEmpty();
    }
}
