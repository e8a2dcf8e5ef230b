package dev.rowhound.egress;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy of others that look-ups may go through.
 *
 * @param name its name in the configuration
 * @param host its host name or address; exempt from the address rules
 * @param port its port
 * @param user the user for Basic authentication, or null for none
 * @param password the password that goes with it, or null for none
 */
public record UpstreamProxy(
        String name,
        String host,
        int port,
        @Nullable String user,
        @Nullable String password) {

    /** The value of {@code Proxy-Authorization}, or null where the proxy wants none. */
    @Nullable
    String authorization() {
        if (user == null) {
            return null;
        }
        String pair = user + ":" + (password == null ? "" : password);
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    /** Without the password, so that it cannot end up in a log. */
    @Override
    public String toString() {
        return "proxy " + name + " at " + host + ":" + port;
    }
}
