package dev.rowhound.redis;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Measures how full Redis's memory is. It queries Redis on demand, at most about once a second; a Redis without a
 * memory limit is never full. Thread-safe.
 */
public final class MemoryGauge {
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final RedisConnector redis;
    private final double limit;
    private @Nullable Future<Double> latest;
    private long queriedNanos;
    private volatile double ratio;

    /** @param percent the share of {@code maxmemory} from which on Redis counts as full */
    public MemoryGauge(RedisConnector redis, int percent) {
        this.redis = redis;
        this.limit = percent / 100.0;
    }

    /** Returns whether Redis is full, at most a second stale; false if Redis does not answer. */
    public Future<Boolean> full() {
        return query().map(used -> used >= limit).otherwise(false);
    }

    /**
     * Returns the used share of {@code maxmemory} as last measured, 0 without a limit, and refreshes it for the next
     * call.
     */
    public double ratio() {
        var unused = query();
        return ratio;
    }

    private synchronized Future<Double> query() {
        Future<Double> last = latest;
        if (last != null && !last.failed() && System.nanoTime() - queriedNanos < FRESH_NANOS) {
            return last;
        }
        queriedNanos = System.nanoTime();
        Future<Double> next = redis.info("memory").map(MemoryGauge::used).onSuccess(used -> ratio = used);
        latest = next;
        return next;
    }

    /** Computes the share as Redis does when it decides to refuse writes. */
    private static double used(JsonObject memory) {
        long limitBytes = number(memory, "maxmemory");
        return limitBytes == 0
                ? 0
                : (double) (number(memory, "used_memory") - number(memory, "mem_not_counted_for_evict")) / limitBytes;
    }

    private static long number(JsonObject memory, String name) {
        return Long.parseLong(memory.getString(name, "0"));
    }
}
