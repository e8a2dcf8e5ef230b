package dev.rowhound.http.stream;

import dev.rowhound.config.JsonReader;

/**
 * Stream settings from the section {@code http} of the configuration.
 *
 * @param heartbeatMillis idle time before a heartbeat
 * @param rotateSeconds minimum age at which a stream ends, so that its client reconnects, perhaps to another node; the
 *     maximum is twice that
 * @param stallSeconds how long a client may stop reading
 * @param maxStreams maximum number of open streams on a node
 */
public record StreamConfig(int heartbeatMillis, int rotateSeconds, int stallSeconds, int maxStreams) {
    private static final int DAY_SECONDS = 86_400;

    /** Returns settings for a stream without heartbeats, whose creator ends it. */
    public StreamConfig silent() {
        return new StreamConfig(Integer.MAX_VALUE, DAY_SECONDS, stallSeconds, maxStreams);
    }

    /** Returns settings for a stream whose client cannot resume. */
    public StreamConfig unrotated() {
        return new StreamConfig(heartbeatMillis, Integer.MAX_VALUE, stallSeconds, maxStreams);
    }

    public static StreamConfig from(JsonReader section) {
        return new StreamConfig(
                section.integer("heartbeat_ms", 15_000, 100, 60_000),
                section.integer("stream_seconds", 300, 1, DAY_SECONDS),
                section.integer("stall_seconds", 60, 1, 3_600),
                section.integer("max_streams", 20_000, 1, 1_000_000));
    }
}
