package dev.rowhound.egress;

import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Function;

/**
 * The addresses of a host and port that were checked and may be connected to, at most as many as are tried. The one
 * that answered last is the first to try.
 */
final class Route {
    private static final int MAX_ADDRESSES = 4;

    private final List<SocketAddress> addresses;

    private volatile int first;

    /** For addresses without names, of which there is at least one. */
    Route(List<InetAddress> addresses, int port) {
        this.addresses = addresses.stream()
                .limit(MAX_ADDRESSES)
                .map(address -> SocketAddress.inetSocketAddress(new InetSocketAddress(address, port)))
                .toList();
    }

    /** The first address to try. */
    SocketAddress first() {
        return addresses.get(first);
    }

    /** Tries one address after the other until one answers; fails as the last one does. */
    <T> Future<T> connect(Function<SocketAddress, Future<T>> attempt) {
        return connect(attempt, first, 1);
    }

    private <T> Future<T> connect(Function<SocketAddress, Future<T>> attempt, int index, int tries) {
        return attempt.apply(addresses.get(index)).transform(connected -> {
            if (connected.succeeded()) {
                first = index;
                return Future.succeededFuture(connected.result());
            }
            return tries < addresses.size()
                    ? connect(attempt, (index + 1) % addresses.size(), tries + 1)
                    : Future.failedFuture(connected.cause());
        });
    }
}
