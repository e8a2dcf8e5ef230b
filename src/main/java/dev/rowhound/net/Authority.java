package dev.rowhound.net;

import java.util.Optional;

/**
 * A host and a port, as in a URL or a request.
 *
 * @param text host and port as written
 */
public record Authority(HostName host, int port, String text) {

    /** Parses {@code host:port}, or {@code host} with the default port; empty if the text is neither. */
    public static Optional<Authority> parse(String authority, int defaultPort) {
        int colon = authority.lastIndexOf(':');
        boolean hasPort = colon > authority.lastIndexOf(']');
        int port = hasPort ? port(authority.substring(colon + 1)) : defaultPort;
        String host = hasPort ? authority.substring(0, colon) : authority;
        return port < 1 ? Optional.empty() : HostName.parse(host).map(name -> new Authority(name, port, authority));
    }

    private static int port(String text) {
        if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        int port = Integer.parseInt(text);
        return port <= 65535 ? port : -1;
    }

    @Override
    public String toString() {
        return host.text() + ":" + port;
    }
}
