package dev.rowhound.app;

import dev.rowhound.redis.MemoryGauge;
import io.vertx.core.Future;

/**
 * Whether the store takes more: what is in it is to be looked up to its end.
 *
 * @param memory knows how full it is
 */
public record StoreRoom(MemoryGauge memory) {
    /** Fails with {@code store_full} while the store takes no more. */
    public Future<Void> require() {
        return memory.full()
                .compose(full -> full
                        ? Future.failedFuture(Refusal.of(
                                "store_full",
                                "the store is nearly full; send the file again when running jobs have ended"))
                        : Future.succeededFuture());
    }
}
