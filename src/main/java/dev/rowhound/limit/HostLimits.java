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
 * How hard a host may be asked, by all nodes together. A worker that wants to start at a host asks for a pass and gives it
 * back when that has ended; the passes of a node that dies lapse by themselves. What the configuration says of the
 * host and what the job says both hold.
 *
 * <p>Safe for use from any thread. Hosts are as {@link dev.rowhound.net.HostOf} spells them.
 */
public class HostLimits {
    private static final LuaScript ACQUIRE = Batches.script("host_acquire-2");
    private static final LuaScript RELEASE = Batches.script("host_release-2");
    private static final LuaScript SLOW = Batches.script("host_slow-1");

    private static final long MICROS_PER_MINUTE = TimeUnit.MINUTES.toMicros(1);

    private final RedisConnector redis;
    private final LimitConfig config;
    private final Batches batches;

    /**
     * For the store behind that connection.
     *
     * @param node the name of this node, part of each pass
     */
    public HostLimits(RedisConnector redis, LimitConfig config, String node) {
        this.redis = redis;
        this.config = config;
        this.batches = new Batches(node);
    }

    /**
     * Asks for starts at a host.
     *
     * @param politeness what the job says
     * @param most how many at most, from 1
     * @param holdFor when a pass that nobody has given back lapses: after the longest that an attempt may take
     */
    public Future<Grant> acquire(String host, Politeness politeness, int most, Duration holdFor) {
        if (most < 1) {
            throw new IllegalArgumentException("at least one start is asked for, not " + most);
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
        int wanted = Math.min(most, Batches.MAX_PASSES);
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
                        : new Grant(Grant.free(reply.integer()).passes(), reply.integer64()))
                .onFailure(lost -> {
                    if (limited) {
                        // The answer was lost, not what it granted; should this be lost too, the passes lapse.
                        var unused = release(host, Batches.passes(batch, wanted), true);
                    }
                });
    }

    /** Holds passes for so long from here on; those that have lapsed or were given back stay so. */
    public Future<Void> hold(String host, List<String> passes, Duration holdFor) {
        return Batches.hold(redis, Keys.host(host).running(), passes, holdFor);
    }

    /** How far apart starts at that host are on average, in milliseconds, once its burst is used up. */
    public long apartMillis(String host, Politeness politeness) {
        long interval = Math.max(interval(config.of(host).ratePerMinute()), interval(politeness.ratePerMinute()));
        return Math.max(interval / 1000, (politeness.delayMinMillis() + politeness.delayMaxMillis()) / 2);
    }

    /**
     * Gives passes back. May be repeated.
     *
     * @param unused whether nothing was started with them, so that they do not count against the rate; where others
     *     were granted starts since, they count all the same
     */
    public Future<Void> release(String host, List<String> passes, boolean unused) {
        List<String> counted = Grant.counted(passes);
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
     * Lets no node start at the host for a while, because it has answered 429 or 503.
     *
     * @param retryAfterMillis how long it has asked for, of which an hour counts at most; null where it has not said: a second,
     *     twice that the next time and so on up to a minute, and a second again after five quiet minutes. A host of
     *     this machine is paused where it asks for it or the configuration names it.
     * @return for how many milliseconds nothing starts there
     */
    public Future<Long> slowDown(String host, @Nullable Long retryAfterMillis) {
        boolean asked = retryAfterMillis != null && retryAfterMillis > 0;
        if (!asked && config.exempt(host)) {
            return Future.succeededFuture(0L);
        }
        return redis.run(SLOW, List.of(Keys.host(host).limits()), List.of(asked ? retryAfterMillis : -1))
                .map(ScriptReply::integer64);
    }

    /** Microseconds from one start to the next, 0 without a limit; rounded up, so that the rate is never exceeded. */
    private static long interval(int ratePerMinute) {
        return ratePerMinute == 0 ? 0 : (MICROS_PER_MINUTE + ratePerMinute - 1) / ratePerMinute;
    }

    private static long tolerance(long interval, int burst) {
        return interval * Math.max(0, burst - 1);
    }

    /** The stricter of two figures of which 0 means none. */
    private static int least(int one, int other) {
        return one == 0 || other == 0 ? Math.max(one, other) : Math.min(one, other);
    }
}
