package dev.rowhound.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks at start that a Redis server meets the requirements. */
public final class ServerCheck {
    private static final Logger LOG = LoggerFactory.getLogger(ServerCheck.class);

    /** Version 7 introduced script flags. */
    private static final int MIN_MAJOR = 7;

    private static final String NO_LOG =
            "Redis keeps no append-only file: a crash loses all writes since its last snapshot. Set"
                    + " appendonly yes (docs/durability.md)";

    private static final String UNKNOWN =
            "Redis does not reveal how it writes to disk (CONFIG GET); make sure that it has"
                    + " appendonly yes (docs/durability.md)";

    /** A Redis that starts together with its nodes may load its data for minutes. */
    private static final RetryPolicy STARTING =
            new RetryPolicy(Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofMinutes(10));

    /** After this many unanswered calls Redis counts as absent rather than slow. */
    private static final int MAX_UNANSWERED = 5;

    private ServerCheck() {}

    /**
     * Checks version and memory policy, and logs what a crash of Redis may lose. Waits up to ten minutes for a Redis
     * that is still loading its data.
     *
     * @return fails with a message for a person if the server is not suitable
     */
    public static Future<Void> check(RedisConnector redis, RetryPolicy.Timing timing) {
        return STARTING.run(timing, ServerCheck::isStarting, redis::ping)
                .compose(answered -> redis.info("server"))
                .compose(server -> {
                    String version = server.getString("redis_version", "0");
                    if (Integer.parseInt(version.substring(0, Math.max(1, version.indexOf('.')))) < MIN_MAJOR) {
                        return Future.failedFuture(
                                new IOException("Redis is " + version + "; Rowhound needs 7.0 or later (redis.url)"));
                    }
                    return redis.info("memory");
                })
                .compose(memory -> {
                    String policy = memory.getString("maxmemory_policy", "noeviction");
                    return policy.equals("noeviction")
                            ? durability(redis)
                            : Future.<Void>failedFuture(new IOException("Redis may evict jobs: its maxmemory-policy is "
                                    + policy + "; set it to noeviction"));
                })
                .recover(error -> Future.failedFuture(
                        error instanceof StoreUnavailableException away
                                ? new IOException(unreachable(away), away)
                                : error));
    }

    private static boolean isStarting(Throwable error, int attempts) {
        boolean starting = error instanceof StoreUnavailableException away
                && (away.reason() == StoreUnavailableException.StoreFault.LOADING
                        || away.getCause() instanceof TimeoutException && attempts < MAX_UNANSWERED);
        if (starting && attempts == 1) {
            LOG.info("Waiting for Redis: {}", error.getMessage());
        }
        return starting;
    }

    private static Future<Void> durability(RedisConnector redis) {
        return redis.send(Command.CONFIG, "GET", "append*")
                .<Void>map(settings -> {
                    if (settings == null || settings.get("appendonly") == null) {
                        LOG.info(UNKNOWN);
                    } else if (settings.get("appendonly").toString().equals("no")) {
                        LOG.warn(NO_LOG);
                    } else {
                        logFsync(String.valueOf(settings.get("appendfsync")));
                    }
                    return null;
                })
                .otherwise(error -> {
                    LOG.info(UNKNOWN);
                    return null;
                });
    }

    private static void logFsync(String fsync) {
        if (fsync.equals("always")) {
            LOG.info("Redis uses appendfsync always: acknowledged writes are on disk");
        } else {
            LOG.info(
                    "Redis uses appendfsync {}: a kill or a power failure can lose the last seconds"
                            + " (docs/durability.md)",
                    fsync);
        }
    }

    private static String unreachable(StoreUnavailableException error) {
        if (error.reason() != StoreUnavailableException.StoreFault.NO_ANSWER) {
            return error.getMessage() + " (redis.url)";
        }
        Throwable cause = error.getCause() == null ? error : error.getCause();
        return "Redis does not respond (" + cause.getMessage() + "); start it, or set redis.url to a running one";
    }
}
