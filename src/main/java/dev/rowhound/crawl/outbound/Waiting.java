package dev.rowhound.crawl.outbound;

import io.vertx.core.Future;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How a thread that is no event loop's waits for one. */
final class Waiting {
    private Waiting() {}

    /**
     * Waits for what cannot fail but by a fault of this program or of the machine.
     *
     * @throws IllegalStateException if it fails, takes too long, or the thread is interrupted, whose mark is kept
     */
    static <T> T orFail(Future<T> future, long time, TimeUnit unit) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(time, unit);
        } catch (ExecutionException e) {
            throw new IllegalStateException(String.valueOf(e.getCause()), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the way out to the web does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
