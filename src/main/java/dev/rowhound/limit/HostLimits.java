package dev.rowhound.limit;

import dev.rowhound.job.Politeness;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.LuaScript;
import dev.rowhound.redis.RedisConnector;
import dev.rowhound.redis.ScriptReply;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Limits the load on hosts across all nodes. A worker acquires a permit to start at a host and releases it at the end;
 * the permits of a dead node expire. The limits of the configuration and of the job both apply.
 *
 * <p>Thread-safe. Hosts are spelt as by {@link dev.rowhound.net.HostOf}.
 */
public class HostLimits {
    private static final LuaScript ACQUIRE = Batches.script("host_acquire-2");
    private static final LuaScript RELEASE = Batches.script("host_release-2");
    private static final LuaScript SLOW = Batches.script("host_slow-1");

    private static final long MICROS_PER_MINUTE = TimeUnit.MINUTES.toMicros(1);

    private final RedisConnector redis;
    private final LimitConfig config;
    private final Batches batches;

    /** @param node the name of this node, part of each permit */
    public HostLimits(RedisConnector redis, LimitConfig config, String node) {
        this.redis = redis;
        this.config = config;
        this.batches = new Batches(node);
    }

    /**
     * Requests permits to start at a host.
     *
     * @param politeness the job's limits
     * @param max the maximum number of permits, from 1
     * @param holdFor when an unreleased permit expires: the longest time that an attempt may take
     */
    public Future<Grant> acquire(String host, Politeness politeness, int max, Duration holdFor) {
        if (max < 1) {
            throw new IllegalArgumentException("at least one start is asked for, not " + max);
        }
        Politeness configured = config.of(host);
        int burst = least(configured.burst(), politeness.burst());
        long configuredInterval = interval(configured.ratePerMinute());
        long jobInterval = interval(politeness.ratePerMinute());
        int places = least(configured.concurrency(), politeness.concurrency());
        int delay = politeness.delayMaxMillis() == 0
                ? -1
                : Batches.between(politeness.delayMinMillis(), politeness.delayMaxMillis());
        boolean limited = configuredInterval > 0 || jobInterval > 0 || places > 0 || delay >= 0;
        String batch = batches.next();
        int wanted = Math.min(max, Batches.MAX_PERMITS);
        Keys.Host keys = Keys.host(host);
        return redis.run(
                        ACQUIRE,
                        List.of(keys.limits(), keys.running()),
                        List.of(
                                wanted,
                                holdFor.toMillis(),
                                batch,
                                configuredInterval,
                                tolerance(configuredInterval, burst),
                                jobInterval,
                                tolerance(jobInterval, burst),
                                places,
                                delay,
                                limited ? 1 : 0))
                .map(reply -> limited
                        ? Batches.grant(batch, reply)
                        : new Grant(Grant.free(reply.integer()).permits(), reply.integer64()))
                .onFailure(lost -> {
                    if (limited) {
                        // The reply was lost, but Redis may have granted permits. If this release is lost too, they
                        // expire.
                        var unused = release(host, Batches.permits(batch, wanted), true);
                    }
                });
    }

    /** Extends permits to {@code holdFor} from now; has no effect on permits that expired or were released. */
    public Future<Void> hold(String host, List<String> permits, Duration holdFor) {
        return Batches.hold(redis, Keys.host(host).running(), permits, holdFor);
    }

    /** Returns the average time between two starts at a host once its burst is used up, in milliseconds. */
    public long startIntervalMillis(String host, Politeness politeness) {
        long interval = Math.max(interval(config.of(host).ratePerMinute()), interval(politeness.ratePerMinute()));
        return Math.max(interval / 1000, (politeness.delayMinMillis() + politeness.delayMaxMillis()) / 2);
    }

    /**
     * Releases permits. Idempotent.
     *
     * @param unused whether nothing was started with them, so that they do not count against the rate; they do count if
     *     other starts were granted since
     */
    public Future<Void> release(String host, List<String> permits, boolean unused) {
        List<String> counted = Grant.counted(permits);
        if (counted.isEmpty()) {
            return Future.succeededFuture();
        }
        List<Object> arguments = new ArrayList<>();
        arguments.add(unused ? 1 : 0);
        arguments.addAll(counted);
        Keys.Host keys = Keys.host(host);
        return redis.run(RELEASE, List.of(keys.limits(), keys.running()), arguments)
                .mapEmpty();
    }

    /**
     * Pauses a host for all nodes after it answered 429 or 503.
     *
     * @param retryAfterMillis the pause that the host requested, at most an hour; null if it requested none: then a
     *     second, doubled each time up to a minute, and reset after five quiet minutes. Without a request, a host of
     *     this machine is paused only if the configuration names it.
     * @return the remaining pause in milliseconds
     */
    public Future<Long> slowDown(String host, @Nullable Long retryAfterMillis) {
        boolean requested = retryAfterMillis != null && retryAfterMillis > 0;
        if (!requested && config.exempt(host)) {
            return Future.succeededFuture(0L);
        }
        return redis.run(SLOW, List.of(Keys.host(host).limits()), List.of(requested ? retryAfterMillis : -1))
                .map(ScriptReply::integer64);
    }

    /**
     * Returns the microseconds between two starts, 0 without a limit; rounded up so that the rate is never exceeded.
     */
    private static long interval(int ratePerMinute) {
        return ratePerMinute == 0 ? 0 : (MICROS_PER_MINUTE + ratePerMinute - 1) / ratePerMinute;
    }

    private static long tolerance(long interval, int burst) {
        return interval * Math.max(0, burst - 1);
    }

    /** Returns the stricter of two limits, of which 0 means unlimited. */
    private static int least(int one, int other) {
        return one == 0 || other == 0 ? Math.max(one, other) : Math.min(one, other);
    }
}
