package dev.rowhound.egress;

import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Function;

/**
 * The checked addresses of a host and port, limited to the number that is tried. The address that last worked is tried
 * first.
 */
final class Route {
    private static final int MAX_ADDRESSES = 4;

    private final List<SocketAddress> addresses;

    private volatile int first;

    /** @param addresses at least one, without host names */
    Route(List<InetAddress> addresses, int port) {
        this.addresses = addresses.stream()
                .limit(MAX_ADDRESSES)
                .map(address -> SocketAddress.inetSocketAddress(new InetSocketAddress(address, port)))
                .toList();
    }

    /** Returns the address to try first. */
    SocketAddress first() {
        return addresses.get(first);
    }

    /** Tries the addresses in order until one works; fails with the last error, also if an attempt throws one. */
    <T> Future<T> connect(Function<SocketAddress, Future<T>> attempt) {
        return connect(attempt, first, 1);
    }

    private <T> Future<T> connect(Function<SocketAddress, Future<T>> attempt, int index, int tries) {
        Future<T> attempted = Future.succeededFuture().compose(none -> attempt.apply(addresses.get(index)));
        return attempted.transform(connected -> {
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
