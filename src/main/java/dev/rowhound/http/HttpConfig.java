package dev.rowhound.http;

import dev.rowhound.config.JsonReader;
import dev.rowhound.http.request.ClientAddress;
import dev.rowhound.http.request.HostRules;
import dev.rowhound.http.request.OriginRules;
import dev.rowhound.http.stream.StreamConfig;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code http} of the configuration.
 *
 * @param host the address to listen on
 * @param port the port, 0 for any free one
 * @param hosts the hosts that are served
 * @param origins the pages that may ask
 * @param clients tells where requests come from
 * @param callers tells who asks
 * @param maxUploadBytes how large a request may be
 * @param maxUploads how many uploads a node takes at once
 * @param maxUploadsPerClient how many of them may come from one address
 * @param uploadGraceSeconds the time over which an upload's rate is taken
 * @param uploadMinBytesPerSecond the least rate, 0 for none
 * @param streams how streams are kept
 * @param secretKey the secret under which ids follow from names; null for one that the nodes of a Redis share
 * @param editors who may change recipes
 */
public record HttpConfig(
        String host,
        int port,
        HostRules hosts,
        OriginRules origins,
        ClientAddress clients,
        Callers callers,
        long maxUploadBytes,
        int maxUploads,
        int maxUploadsPerClient,
        int uploadGraceSeconds,
        int uploadMinBytesPerSecond,
        StreamConfig streams,
        @Nullable String secretKey,
        RecipeEditors editors) {
    private static final String SECRET_KEY = "secret_key";
    private static final int MIN_SECRET_LENGTH = 16;

    /** Reads the section. */
    public static HttpConfig from(JsonReader section) {
        String host = section.string("host", "127.0.0.1");
        ClientAddress clients = ClientAddress.from(section);
        return new HttpConfig(
                host,
                section.integer("port", 8102, 0, 65_535),
                HostRules.from(section, host),
                OriginRules.from(section),
                clients,
                Callers.from(section, clients),
                section.wholeNumber("max_upload_bytes", 104_857_600, 1, 1_099_511_627_776L),
                section.integer("max_uploads", 32, 1, 1_000),
                section.integer("max_uploads_per_client", 16, 1, 1_000),
                section.integer("upload_grace_seconds", 30, 1, 3_600),
                section.integer("upload_min_bytes_per_second", 1_024, 0, 1_048_576),
                StreamConfig.from(section),
                secretKey(section),
                RecipeEditors.from(section));
    }

    private static @Nullable String secretKey(JsonReader section) {
        String secret = section.optionalString(SECRET_KEY);
        if (secret != null && secret.length() < MIN_SECRET_LENGTH) {
            section.problem(
                    SECRET_KEY, "has " + secret.length() + " characters; give " + MIN_SECRET_LENGTH + " or more");
        }
        return secret;
    }
}
