package dev.rowhound.http.probe;

import dev.rowhound.config.JsonReader;

/**
 * The section {@code probe} of the configuration: how much {@code rowhound doctor} may ask of a node.
 *
 * @param perMinute how many probes one client may begin in a minute
 * @param atOnce how many may be open on the node
 */
public record ProbeConfig(int perMinute, int atOnce) {

    /** Reads the section. */
    public static ProbeConfig from(JsonReader section) {
        return new ProbeConfig(
                section.integer("per_minute", 120, 1, 100_000), section.integer("at_once", 64, 1, 10_000));
    }
}
