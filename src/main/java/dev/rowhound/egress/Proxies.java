package dev.rowhound.egress;

import dev.rowhound.job.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The configured upstream proxies. {@link #next} rotates through a pool, one proxy an item. A failed proxy is
 * suspended; the time doubles with each further failure until it works again. Browser proxies and the client report the
 * outcomes. Thread-safe.
 */
public final class Proxies {
    /** How long a proxy is suspended after its first failure. */
    static final Duration MIN_SUSPENSION = Duration.ofSeconds(15);

    static final Duration MAX_SUSPENSION = Duration.ofMinutes(30);

    private final Map<String, UpstreamProxy> byName;
    private final InstantSource clock;
    private final Map<String, Suspension> suspensions = new HashMap<>();
    private final AtomicLong position = new AtomicLong();

    private record Suspension(int failures, Instant until) {}

    Proxies(Map<String, UpstreamProxy> byName, InstantSource clock) {
        this.byName = Map.copyOf(byName);
        this.clock = clock;
    }

    public Set<String> names() {
        return byName.keySet();
    }

    /**
     * Returns the proxy for the next item.
     *
     * @param pool names from the configuration
     * @throws EgressException with {@code PROXY} if a name is unknown, or all proxies of the pool are suspended
     */
    public UpstreamProxy next(List<String> pool) throws EgressException {
        long first = position.getAndIncrement();
        Instant now = clock.instant();
        for (int i = 0; i < pool.size(); i++) {
            String name = pool.get((int) Math.floorMod(first + i, (long) pool.size()));
            UpstreamProxy proxy = byName.get(name);
            if (proxy == null) {
                throw new EgressException(ErrorCode.PROXY, "The proxy " + name + " is not configured (crawl.proxies)");
            }
            if (!isSuspended(name, now)) {
                return proxy;
            }
        }
        throw new EgressException(
                ErrorCode.PROXY, "No proxy is available: " + String.join(", ", pool) + " failed recently");
    }

    /** Records a failure of a proxy; failures during a suspension do not count. */
    public void failed(UpstreamProxy proxy) {
        Instant now = clock.instant();
        synchronized (suspensions) {
            Suspension suspension = suspensions.get(proxy.name());
            if (suspension != null && now.isBefore(suspension.until)) {
                return;
            }
            int failures = suspension == null ? 0 : suspension.failures;
            Duration time = MIN_SUSPENSION.multipliedBy(1L << Math.min(failures, 20));
            suspensions.put(
                    proxy.name(),
                    new Suspension(failures + 1, now.plus(time.compareTo(MAX_SUSPENSION) < 0 ? time : MAX_SUSPENSION)));
        }
    }

    /** Records a success of a proxy; after its suspension, its failures are forgotten. */
    public void succeeded(UpstreamProxy proxy) {
        synchronized (suspensions) {
            Suspension suspension = suspensions.get(proxy.name());
            if (suspension != null && !clock.instant().isBefore(suspension.until)) {
                suspensions.remove(proxy.name());
            }
        }
    }

    private boolean isSuspended(String name, Instant now) {
        synchronized (suspensions) {
            Suspension suspension = suspensions.get(name);
            return suspension != null && now.isBefore(suspension.until);
        }
    }
}
