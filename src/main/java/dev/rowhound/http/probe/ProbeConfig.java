package dev.rowhound.http.probe;

import dev.rowhound.config.JsonReader;

/**
 * The section {@code probe} of the configuration: limits for {@code rowhound doctor}.
 *
 * @param perMinute maximum number of probes that one client may start per minute
 * @param atOnce maximum number of open probes on a node
 */
public record ProbeConfig(int perMinute, int atOnce) {
    public static ProbeConfig from(JsonReader section) {
        return new ProbeConfig(
                section.integer("per_minute", 120, 1, 100_000), section.integer("at_once", 64, 1, 10_000));
    }
}
