package dev.rowhound.redis;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How full the store's memory is. Redis is asked while somebody wants to know, but at most about once a second; a store
 * without a limit is never full. Safe for use from any thread.
 */
public final class MemoryGauge {
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final RedisConnector redis;
    private final double limit;
    private @Nullable Future<Double> look;
    private long lookedNanos;
    private volatile double ratio;

    /**
     * For the store behind that connection.
     *
     * @param percent of the memory that the store may use, from which on it counts as full
     */
    public MemoryGauge(RedisConnector redis, int percent) {
        this.redis = redis;
        this.limit = percent / 100.0;
    }

    /** Whether it is full, as of a second ago at most. A store that does not say so is not. */
    public Future<Boolean> full() {
        return look().map(seen -> seen >= limit).otherwise(false);
    }

    /**
     * The used part of the memory that the store may use, as last seen; 0 without a limit. Looks again for the next
     * call.
     */
    public double ratio() {
        var unused = look();
        return ratio;
    }

    private synchronized Future<Double> look() {
        Future<Double> last = look;
        if (last != null && !last.failed() && System.nanoTime() - lookedNanos < FRESH_NANOS) {
            return last;
        }
        lookedNanos = System.nanoTime();
        Future<Double> next = redis.info("memory").map(MemoryGauge::used).onSuccess(seen -> ratio = seen);
        look = next;
        return next;
    }

    /** As Redis itself counts when it refuses writes. */
    private static double used(JsonObject memory) {
        long most = number(memory, "maxmemory");
        return most == 0
                ? 0
                : (double) (number(memory, "used_memory") - number(memory, "mem_not_counted_for_evict")) / most;
    }

    private static long number(JsonObject memory, String name) {
        return Long.parseLong(memory.getString(name, "0"));
    }
}
