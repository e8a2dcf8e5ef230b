package dev.trawl.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * How many files a node takes at once, over all its event loops. One more waits a little for its turn, in the order of
 * coming, while its client is kept from sending; so a burst is taken one after the other. Safe for use by several threads.
 */
public final class UploadGate {
    /** How many may wait for each that is let in. */
    private static final int MAX_WAITING_EACH = 32;

    private final int most;
    private final Duration patience;
    // Guarded by this.
    private final Set<Promise<Void>> waiting = new LinkedHashSet<>();
    private int running;

    /**
     * Lets that many in.
     *
     * @param patience how long one more waits
     */
    public UploadGate(int most, Duration patience) {
        this.most = most;
        this.patience = patience;
    }

    /** Succeeds once one more is let in; then {@link #leave} is to be called once. Fails with 503 after the patience. */
    Future<Void> enter(Vertx vertx) {
        Promise<Void> turn = Promise.promise();
        synchronized (this) {
            if (running < most) {
                running++;
                return Future.succeededFuture();
            }
            if (waiting.size() >= most * MAX_WAITING_EACH) {
                return Future.failedFuture(busy());
            }
            waiting.add(turn);
        }
        long timer = vertx.setTimer(patience.toMillis(), id -> {
            if (giveUp(turn)) {
                turn.fail(busy());
            }
        });
        Context context = vertx.getOrCreateContext();
        Promise<Void> here = Promise.promise();
        turn.future()
                .onComplete(done -> context.runOnContext(back -> {
                    vertx.cancelTimer(timer);
                    here.handle(done);
                }));
        return here.future();
    }

    private synchronized boolean giveUp(Promise<Void> turn) {
        return waiting.remove(turn);
    }

    /** Ends what {@link #enter} began, and lets the next one in. */
    void leave() {
        Promise<Void> next = null;
        synchronized (this) {
            if (waiting.isEmpty()) {
                running--;
            } else {
                next = waiting.iterator().next();
                waiting.remove(next);
            }
        }
        if (next != null) {
            next.complete();
        }
    }

    private ApiException busy() {
        return new ApiException(
                ApiError.of(503, "busy", "this node takes " + most + " uploads at present; try again in a moment"));
    }
}
