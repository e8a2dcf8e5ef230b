package dev.rowhound.redis;

import dev.rowhound.config.JsonReader;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code redis} of the configuration.
 *
 * @param url {@code redis://[user:password@]host[:port][/database]}, or null for a Redis of the node's own
 * @param timeoutMillis after how long a call's outcome counts as unknown
 * @param uploadMemoryPercent from which part of the store's memory on no uploads are taken
 * @param embedded the Redis of the node's own
 */
public record RedisConfig(@Nullable String url, int timeoutMillis, int uploadMemoryPercent, Embedded embedded) {

    /**
     * A Redis that the node starts as its child.
     *
     * @param port the port on loopback; another free one is taken where it is busy
     * @param binary the path of a {@code redis-server} of 7.0 or later, or null to find one
     * @param fsync when writes reach the disk
     * @param maxMemoryMb the memory that its data may take, in MB; 0 for a quarter of the machine's
     */
    public record Embedded(int port, @Nullable String binary, Fsync fsync, int maxMemoryMb) {
        private static final int MIN_DEFAULT_MB = 256;

        /** The memory that its data may take, in bytes, of which the machine has so many. */
        long maxMemoryBytes(long machineBytes) {
            return maxMemoryMb > 0 ? (long) maxMemoryMb << 20 : Math.max((long) MIN_DEFAULT_MB << 20, machineBytes / 4);
        }
    }

    /** Redis's {@code appendfsync}: what a power cut, or the kill of Redis alone, can cost. */
    public enum Fsync {
        /** Nothing that was acknowledged; some hundred writes a second on a plain disk. */
        ALWAYS,
        /**
         * About the last second; up to two where the disk is slow, for Redis puts off writing while a sync is under
         * way.
         */
        EVERYSEC
    }

    /** Reads the section. */
    public static RedisConfig from(JsonReader section) {
        String url = section.optionalString("url");
        if (url != null && !url.matches("(rediss?|unix)://.+")) {
            section.problem("url", "is \"" + url + "\"; give redis://host:port");
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
