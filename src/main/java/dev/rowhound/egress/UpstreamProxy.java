package dev.rowhound.egress;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * An external HTTP proxy for look-ups.
 *
 * @param name its name in the configuration
 * @param host its host name or address; exempt from the address rules
 * @param user the user for Basic authentication, or null
 * @param password the password, or null
 */
public record UpstreamProxy(
        String name,
        String host,
        int port,
        @Nullable String user,
        @Nullable String password) {

    /** Returns the value of {@code Proxy-Authorization}, or null without authentication. */
    @Nullable
    String authorization() {
        if (user == null) {
            return null;
        }
        String pair = user + ":" + (password == null ? "" : password);
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    /** Omits the password, so that it cannot end up in a log. */
    @Override
    public String toString() {
        return "proxy " + name + " at " + host + ":" + port;
    }
}
