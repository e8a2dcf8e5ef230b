package dev.trawl.http;

import dev.trawl.config.JsonReader;
import dev.trawl.http.stream.StreamConfig;

/**
 * The section {@code http} of the configuration.
 *
 * @param host the address to listen on
 * @param port the port, 0 for any free one
 * @param clients tells where requests come from
 * @param callers tells who asks
 * @param maxUploadBytes how large a request may be
 * @param maxUploads how many uploads a node takes at once
 * @param streams how streams are kept
 * @param editors who may change recipes
 */
public record HttpConfig(
        String host,
        int port,
        ClientAddress clients,
        Callers callers,
        long maxUploadBytes,
        int maxUploads,
        StreamConfig streams,
        RecipeEditors editors) {

    /** Reads the section. */
    public static HttpConfig from(JsonReader section) {
        ClientAddress clients = ClientAddress.from(section);
        return new HttpConfig(
                section.string("host", "127.0.0.1"),
                section.integer("port", 8102, 0, 65_535),
                clients,
                Callers.from(section, clients),
                section.wholeNumber("max_upload_bytes", 104_857_600, 1, 1_099_511_627_776L),
                section.integer("max_uploads", 8, 1, 1_000),
                StreamConfig.from(section),
                RecipeEditors.from(section));
    }
}
