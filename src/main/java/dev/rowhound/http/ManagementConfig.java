package dev.rowhound.http;

import dev.rowhound.config.JsonReader;

/**
 * The section {@code management} of the configuration: the port for health and metrics, which every node serves.
 *
 * @param host the address to listen on
 * @param port the port, 0 for any free one
 */
public record ManagementConfig(String host, int port) {
    public static ManagementConfig from(JsonReader section) {
        return new ManagementConfig(section.string("host", "127.0.0.1"), section.integer("port", 8103, 0, 65_535));
    }
}
