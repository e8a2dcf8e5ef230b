package dev.rowhound.app;

import dev.rowhound.redis.MemoryGauge;
import io.vertx.core.Future;

/** Rejects new data while the store's memory is nearly full, so that running jobs can still store their results. */
public record StoreRoom(MemoryGauge memory) {
    /** Fails with {@code store_full} while the store accepts no new data. */
    public Future<Void> require() {
        return memory.full()
                .compose(full -> full
                        ? Future.failedFuture(Refusal.of(
                                "store_full", "the store is almost full; retry after running jobs have ended"))
                        : Future.succeededFuture());
    }
}
