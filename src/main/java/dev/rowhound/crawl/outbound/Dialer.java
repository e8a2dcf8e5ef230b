package dev.rowhound.crawl.outbound;

import dev.rowhound.job.ErrorCode;
import io.vertx.core.Future;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;

/** Opens connections to where the routes lead, and through the proxies of others. */
final class Dialer {
    private final Routes routes;
    private final NetClient net;

    Dialer(Routes routes, NetClient net) {
        this.routes = routes;
        this.net = net;
    }

    /**
     * A paused connection to that target, straight or through the policy's proxy, which is told the very address that
     * was checked. The future fails with an {@link OutboundException}.
     */
    Future<NetSocket> dial(Target target, EgressPolicy policy) {
        Future<Route> route = routes.find(target.host(), target.port(), policy);
        UpstreamProxy via = policy.via();
        return via == null
                ? route.compose(found -> connect(found, 0, target.toString()))
                : route.compose(found -> through(via, found));
    }

    /** Tries one address after the other. */
    private Future<NetSocket> connect(Route route, int tried, String whom) {
        SocketAddress address = route.atTry(tried);
        return net.connect(address)
                .map(socket -> {
                    socket.pause();
                    route.answered(address);
                    return socket;
                })
                .recover(e -> tried + 1 < route.size()
                        ? connect(route, tried + 1, whom)
                        : Future.failedFuture(Faults.of(e, whom)));
    }

    private Future<NetSocket> through(UpstreamProxy via, Route target) {
        return routes.find(via)
                .compose(route -> connect(route, 0, "The " + via))
                .recover(e -> Future.failedFuture(unreachable(e)))
                .compose(socket -> UpstreamHandshake.open(socket, via, target.atTry(0)));
    }

    /** Whatever keeps a proxy from being reached is the proxy's fault. */
    private static OutboundException unreachable(Throwable e) {
        return new OutboundException(ErrorCode.PROXY, String.valueOf(e.getMessage()), e);
    }
}
