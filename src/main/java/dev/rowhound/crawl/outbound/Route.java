package dev.rowhound.crawl.outbound;

import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * The addresses of a host and port that were checked and may be connected to, at most as many as are tried. The one
 * that answered last is the first to try.
 */
final class Route {
    private final List<SocketAddress> addresses;

    private volatile int first;

    /** For addresses without names, of which there is at least one. */
    Route(List<InetAddress> addresses, int port) {
        this.addresses = addresses.stream()
                .limit(Limits.MOST_ADDRESSES)
                .map(address -> SocketAddress.inetSocketAddress(new InetSocketAddress(address, port)))
                .toList();
    }

    int size() {
        return addresses.size();
    }

    /** The address of the n-th try, counted from zero. */
    SocketAddress atTry(int tried) {
        return addresses.get((first + tried) % addresses.size());
    }

    /** Notes that this address answered. */
    void answered(SocketAddress address) {
        int index = addresses.indexOf(address);
        if (index >= 0 && index != first) {
            first = index;
        }
    }
}
