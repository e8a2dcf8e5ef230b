package dev.rowhound.redis;

import dev.rowhound.config.JsonReader;
import org.jspecify.annotations.Nullable;

/**
 * The configuration section {@code redis}.
 *
 * @param url {@code redis://[user:password@]host[:port][/database]}, or null for an embedded Redis
 * @param timeoutMillis after this time the outcome of a call counts as unknown
 * @param uploadMemoryPercent the memory use of Redis from which on uploads are refused
 * @param embedded the embedded Redis
 */
public record RedisConfig(@Nullable String url, int timeoutMillis, int uploadMemoryPercent, Embedded embedded) {

    /**
     * A Redis that the node starts as a child process.
     *
     * @param port the port on loopback; if it is busy, a free one is used
     * @param binary the path of a {@code redis-server} of version 7.0 or later, or null to find one
     * @param fsync when writes are synced to disk
     * @param maxMemoryMb the memory limit for data, in MB; 0 for a quarter of the machine's memory
     */
    public record Embedded(int port, @Nullable String binary, Fsync fsync, int maxMemoryMb) {
        private static final int MIN_DEFAULT_MB = 256;

        /** Returns the memory limit for data in bytes. */
        long maxMemoryBytes(long machineBytes) {
            return maxMemoryMb > 0 ? (long) maxMemoryMb << 20 : Math.max((long) MIN_DEFAULT_MB << 20, machineBytes / 4);
        }
    }

    /** Redis's {@code appendfsync}: what a power cut, or a crash of Redis, may lose. */
    public enum Fsync {
        /** Loses nothing acknowledged; some hundred writes a second on an ordinary disk. */
        ALWAYS,
        /** Loses about the last second; up to two on a slow disk, where Redis delays writes during a sync. */
        EVERYSEC
    }

    public static RedisConfig from(JsonReader section) {
        String url = section.optionalString("url");
        if (url != null && !url.matches("(rediss?|unix)://.+")) {
            section.problem("url", "is \"" + url + "\"; use redis://host:port");
        }
        int timeout = section.integer("timeout_ms", 5000, 100, 60_000);
        int percent = section.integer("upload_memory_percent", 80, 1, 100);
        JsonReader embedded = section.object("embedded");
        return new RedisConfig(
                url,
                timeout,
                percent,
                new Embedded(
                        embedded.integer("port", 6390, 1, 65_535),
                        embedded.optionalString("binary"),
                        embedded.choice("fsync", Fsync.EVERYSEC),
                        embedded.integer("max_memory_mb", 0, 0, 1 << 24)));
    }
}
