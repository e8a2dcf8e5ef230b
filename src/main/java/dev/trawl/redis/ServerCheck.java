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
                            ? Future.succeededFuture()
                            : Future.failedFuture(new IOException("Redis may evict jobs: its maxmemory-policy is "
                                    + policy + "; set it to noeviction"));
                });
    }
}
