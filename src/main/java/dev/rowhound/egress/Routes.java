package dev.rowhound.egress;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.net.HostName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds out where a host is and whether it may be asked there. Each address that a name has is checked, and only checked
 * addresses come out; they hold for a moment, in which a second look-up cannot change them. Safe for use by several
 * threads.
 */
final class Routes {
    /** More than a crawl meets in the time for which they hold; beyond it all are forgotten. */
    private static final int MAX_KEPT = 10_000;

    private final Vertx vertx;
    private final Resolver resolver;
    private final AddressRules rules;
    private final Egress.Limits limits;
    private final Map<Key, Kept> kept = new ConcurrentHashMap<>();

    /** Which way; whether each of its addresses is permitted. */
    private record Key(String host, int port, boolean permitted) {}

    private record Kept(Route route, long until) {}

    Routes(Vertx vertx, Resolver resolver, AddressRules rules, Egress.Limits limits) {
        this.vertx = vertx;
        this.resolver = resolver;
        this.rules = rules;
        this.limits = limits;
    }

    /**
     * The way to that host and port for requests of that policy. The future fails with an {@link EgressException}:
     * {@code ADDRESS_REFUSED} where none of its addresses may be connected to, {@code DNS} where it has none.
     */
    Future<Route> find(HostName host, int port, EgressPolicy policy) {
        return find(new Key(host.text(), port, policy.reaches(host, port)), host);
    }

    /** The way to a proxy of the configuration, to which the rules do not apply. */
    Future<Route> find(UpstreamProxy proxy) {
        return HostName.parse(proxy.host())
                .map(host -> find(new Key(host.text(), proxy.port(), true), host))
                .orElseGet(() -> Future.failedFuture(
                        new EgressException(ErrorCode.PROXY, "The " + proxy + " has no host that can be asked")));
    }

    private Future<Route> find(Key key, HostName host) {
        Kept known = kept.get(key);
        if (known != null && known.until - System.nanoTime() > 0) {
            return Future.succeededFuture(known.route);
        }
        return addresses(host).compose(found -> {
            try {
                Route route = new Route(key.permitted ? found : permitted(host, key.port, found), key.port);
                keep(key, route);
                return Future.succeededFuture(route);
            } catch (EgressException e) {
                return Future.failedFuture(e);
            }
        });
    }

    private Future<List<InetAddress>> addresses(HostName host) {
        InetAddress literal = host.literal();
        if (literal != null) {
            return Future.succeededFuture(List.of(literal));
        }
        return vertx.executeBlocking(() -> withoutNames(resolver.resolve(host.text())), false)
                .timeout(limits.lookup().toMillis(), TimeUnit.MILLISECONDS)
                .recover(e -> Future.failedFuture(unresolved(host, e)));
    }

    private static List<InetAddress> withoutNames(List<InetAddress> addresses) throws UnknownHostException {
        List<InetAddress> bare = new ArrayList<>();
        for (InetAddress address : addresses) {
            bare.add(HostName.withoutName(address.getAddress()));
        }
        if (bare.isEmpty()) {
            throw new UnknownHostException();
        }
        return bare;
    }

    private static EgressException unresolved(HostName host, Throwable e) {
        return new EgressException(
                ErrorCode.DNS,
                e instanceof UnknownHostException
                        ? "The name " + host.text() + " could not be resolved"
                        : "The name " + host.text() + " could not be resolved in time");
    }

    private List<InetAddress> permitted(HostName host, int port, List<InetAddress> addresses) throws EgressException {
        List<InetAddress> permitted = new ArrayList<>();
        String refusal = null;
        for (InetAddress address : addresses) {
            Optional<String> why = rules.refusal(host, port, address);
            if (why.isEmpty()) {
                permitted.add(address);
            } else if (refusal == null) {
                refusal = why.get();
            }
        }
        if (permitted.isEmpty()) {
            throw new EgressException(ErrorCode.ADDRESS_REFUSED, String.valueOf((@Nullable String) refusal));
        }
        return permitted;
    }

    private void keep(Key key, Route route) {
        Duration time = limits.remember();
        if (time.isZero()) {
            return;
        }
        if (kept.size() >= MAX_KEPT) {
            kept.clear();
        }
        kept.put(key, new Kept(route, System.nanoTime() + time.toNanos()));
    }
}
