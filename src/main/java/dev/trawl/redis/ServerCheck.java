package dev.trawl.redis;

import io.vertx.core.Future;
import java.io.IOException;

/** Whether a Redis is one to build on. */
public final class ServerCheck {
    /** Scripts with flags came with it. */
    private static final int LEAST_MAJOR = 7;

    private ServerCheck() {}

    /**
     * Checks version and memory policy.
     *
     * @return fails with a sentence for a person where they do not serve
     */
    public static Future<Void> check(RedisConnector redis) {
        return redis.info("server")
                .compose(server -> {
                    String version = server.getString("redis_version", "0");
                    if (Integer.parseInt(version.substring(0, Math.max(1, version.indexOf('.')))) < LEAST_MAJOR) {
                        return Future.failedFuture(
                                new IOException("Redis is " + version + "; Trawl needs 7.0 or later (redis.url)"));
                    }
                    return redis.info("memory");
                })
                .compose(memory -> {
                    String policy = memory.getString("maxmemory_policy", "noeviction");
                    return policy.equals("noeviction")
                            ? Future.<Void>succeededFuture()
                            : Future.<Void>failedFuture(new IOException("Redis may evict jobs: its maxmemory-policy is "
                                    + policy + "; set it to noeviction"));
                })
                .recover(error -> Future.failedFuture(
                        error instanceof StoreUnavailableException
                                ? new IOException(unreachable(error), error)
                                : error));
    }

    private static String unreachable(Throwable error) {
        Throwable cause = error.getCause() == null ? error : error.getCause();
        return "no Redis answers (" + cause.getMessage() + "); start it, or set redis.url to one that runs";
    }
}
