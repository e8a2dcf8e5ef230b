package dev.rowhound.http.stream;

import dev.rowhound.config.JsonReader;

/**
 * How streams are kept; keys of the section {@code http} of the configuration.
 *
 * @param heartbeatMillis how long a stream is silent before it sends a heartbeat
 * @param rotateSeconds after how long a stream is ended so that its client comes back, perhaps to another node; each
 *     stream lives this long and up to as long again
 * @param stallSeconds how long a reader may take nothing of what is written to it
 * @param most how many streams a node has open at once
 */
public record StreamConfig(int heartbeatMillis, int rotateSeconds, int stallSeconds, int most) {
    private static final int DAY_SECONDS = 86_400;

    /** The same for a stream that is silent on purpose, and that its maker ends. */
    public StreamConfig silent() {
        return new StreamConfig(Integer.MAX_VALUE, DAY_SECONDS, stallSeconds, most);
    }

    /** The same for a stream whose client cannot resume. */
    public StreamConfig unrotated() {
        return new StreamConfig(heartbeatMillis, Integer.MAX_VALUE, stallSeconds, most);
    }

    /** Reads the keys. */
    public static StreamConfig from(JsonReader section) {
        return new StreamConfig(
                section.integer("heartbeat_ms", 15_000, 100, 60_000),
                section.integer("stream_seconds", 300, 1, DAY_SECONDS),
                section.integer("stall_seconds", 60, 1, 3_600),
                section.integer("max_streams", 20_000, 1, 1_000_000));
    }
}
