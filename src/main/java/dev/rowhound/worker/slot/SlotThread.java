package dev.rowhound.worker.slot;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * The one thread that a processor runs on. A thread that does not come back from its task is given up and gets a
 * substitute, unless {@link LostThreads} has reached its bound. To be used on one event loop.
 */
final class SlotThread {
    private final Vertx vertx;
    private final String name;
    private final LostThreads lost;
    private WorkerExecutor executor;
    private Future<Void> usable = Future.succeededFuture();
    private int substitutes;

    /** A thread of that name. */
    SlotThread(Vertx vertx, String name, LostThreads lost) {
        this.vertx = vertx;
        this.name = name;
        this.lost = lost;
        this.executor = open(name);
    }

    private WorkerExecutor open(String executorName) {
        // Heartbeats free a thread that hangs, so Vert.x need not warn of long items; the longest take a week.
        return vertx.createSharedWorkerExecutor(executorName, 1, 8, TimeUnit.DAYS);
    }

    /** Runs a task behind those before it. */
    <T> Future<T> run(Callable<T> task) {
        return run(executor, task);
    }

    /** Unordered, for ordered tasks of one context wait for each other whatever their threads; one thread keeps order. */
    private static <T> Future<T> run(WorkerExecutor on, Callable<T> task) {
        return on.executeBlocking(task, false);
    }

    /**
     * Gives the present thread up.
     *
     * @param task what it does not come back from
     * @param cleanup what it is to do if it comes back after all
     */
    void giveUp(Future<?> task, Callable<?> cleanup) {
        WorkerExecutor hanging = executor;
        boolean substitute = lost.add();
        Promise<Void> back = Promise.promise();
        if (substitute) {
            executor = open(name + "-" + ++substitutes);
        } else {
            usable = back.future();
        }
        task.eventually(() -> run(hanging, cleanup)).onComplete(done -> {
            lost.returned();
            if (substitute) {
                hanging.close();
            }
            back.complete();
        });
    }

    /** Completes once there is a thread that runs tasks; at once but where one was given up without a substitute. */
    Future<Void> usable() {
        return usable;
    }

    /** Runs a last task, where the thread can run one, and ends it. */
    Future<Void> close(Callable<?> last) {
        Future<?> done = usable.isComplete() ? run(last) : Future.succeededFuture();
        return done.eventually(() -> executor.close()).mapEmpty();
    }
}
