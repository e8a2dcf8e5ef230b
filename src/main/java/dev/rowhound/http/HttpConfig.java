package dev.rowhound.http;

import dev.rowhound.app.recipe.RecipeEditors;
import dev.rowhound.config.JsonReader;
import dev.rowhound.http.request.Callers;
import dev.rowhound.http.request.ClientAddress;
import dev.rowhound.http.request.HostRules;
import dev.rowhound.http.request.OriginRules;
import dev.rowhound.http.stream.StreamConfig;
import dev.rowhound.http.upload.UploadConfig;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code http} of the configuration.
 *
 * @param host the address to listen on
 * @param port the port, 0 for any free one
 * @param hosts the hosts that are served
 * @param origins the web pages that may send requests
 * @param clients determines client addresses
 * @param callers identifies callers
 * @param uploads the limits of uploads
 * @param streams the limits and intervals of streams
 * @param secretKey the secret from which job ids are derived for idempotency keys; null to use one that the nodes share
 *     in Redis
 * @param editors the users who may change recipes
 */
public record HttpConfig(
        String host,
        int port,
        HostRules hosts,
        OriginRules origins,
        ClientAddress clients,
        Callers callers,
        UploadConfig uploads,
        StreamConfig streams,
        @Nullable String secretKey,
        RecipeEditors editors) {
    private static final String SECRET_KEY = "secret_key";
    private static final int MIN_SECRET_LENGTH = 16;

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
                UploadConfig.from(section),
                StreamConfig.from(section),
                secretKey(section),
                RecipeEditors.from(section));
    }

    private static @Nullable String secretKey(JsonReader section) {
        String secret = section.optionalString(SECRET_KEY);
        if (secret != null && secret.length() < MIN_SECRET_LENGTH) {
            section.problem(
                    SECRET_KEY, "has " + secret.length() + " characters; use " + MIN_SECRET_LENGTH + " or more");
        }
        return secret;
    }
}
