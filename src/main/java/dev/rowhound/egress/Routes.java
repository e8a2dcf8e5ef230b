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
 * Resolves hosts and checks their addresses. Every address of a name is checked, and only permitted ones are returned;
 * they are cached briefly, so that a second DNS response cannot change them. Thread-safe.
 */
final class Routes {
    /** More than a crawl needs within the cache time; the cache is cleared when it is full. */
    private static final int MAX_CACHED = 10_000;

    private final Vertx vertx;
    private final Resolver resolver;
    private final AddressRules rules;
    private final Egress.Limits limits;
    private final Map<Key, Cached> cache = new ConcurrentHashMap<>();

    /** @param permitted whether the host is exempt from the address rules */
    private record Key(String host, int port, boolean permitted) {}

    private record Cached(Route route, long until) {}

    Routes(Vertx vertx, Resolver resolver, AddressRules rules, Egress.Limits limits) {
        this.vertx = vertx;
        this.resolver = resolver;
        this.rules = rules;
        this.limits = limits;
    }

    /**
     * Finds the route to a host and port under a policy. Fails with an {@link EgressException}: {@code ADDRESS_REFUSED}
     * if no address is permitted, {@code DNS} if the name has none.
     */
    Future<Route> find(HostName host, int port, EgressPolicy policy) {
        return find(new Key(host.text(), port, policy.reaches(host, port)), host);
    }

    /** Finds the route to an upstream proxy, which is exempt from the address rules. */
    Future<Route> find(UpstreamProxy proxy) {
        return HostName.parse(proxy.host())
                .map(host -> find(new Key(host.text(), proxy.port(), true), host))
                .orElseGet(() -> Future.failedFuture(
                        new EgressException(ErrorCode.PROXY, "The " + proxy + " has no valid host")));
    }

    private Future<Route> find(Key key, HostName host) {
        Cached known = cache.get(key);
        if (known != null && known.until - System.nanoTime() > 0) {
            return Future.succeededFuture(known.route);
        }
        return addresses(host).compose(found -> {
            try {
                Route route = new Route(key.permitted ? found : permitted(host, key.port, found), key.port);
                store(key, route);
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

    private void store(Key key, Route route) {
        Duration time = limits.remember();
        if (time.isZero()) {
            return;
        }
        if (cache.size() >= MAX_CACHED) {
            cache.clear();
        }
        cache.put(key, new Cached(route, System.nanoTime() + time.toNanos()));
    }
}
