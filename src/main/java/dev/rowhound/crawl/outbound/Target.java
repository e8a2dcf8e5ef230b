package dev.rowhound.crawl.outbound;

import java.util.Optional;

/**
 * Where a browser wants to go, as it tells its proxy.
 *
 * @param host the host
 * @param port the port
 * @param authority host and port as they were written
 */
record Target(HostName host, int port, String authority) {

    /** Reads {@code host:port}, or {@code host} where there is a usual port; empty for what is neither. */
    static Optional<Target> parse(String authority, int usualPort) {
        int colon = authority.lastIndexOf(':');
        boolean hasPort = colon > authority.lastIndexOf(']');
        int port = hasPort ? port(authority.substring(colon + 1)) : usualPort;
        String host = hasPort ? authority.substring(0, colon) : authority;
        return port < 1 ? Optional.empty() : HostName.parse(host).map(name -> new Target(name, port, authority));
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
