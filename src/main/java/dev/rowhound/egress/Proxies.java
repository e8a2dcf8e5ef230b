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
 * The proxies of the configuration. A pool of them is taken in turn, one an item; one that fails is left out for a
 * time that doubles with each further failure, until it works again. The browsers' proxies and the client note how a
 * proxy did. Safe for use by several threads.
 */
public final class Proxies {
    /** How long a proxy is left out after its first failure. */
    static final Duration FIRST_BENCH = Duration.ofSeconds(15);

    /** How long at most. */
    static final Duration MAX_BENCH = Duration.ofMinutes(30);

    private final Map<String, UpstreamProxy> byName;
    private final InstantSource clock;
    private final Map<String, Bench> benches = new HashMap<>();
    private final AtomicLong turn = new AtomicLong();

    private record Bench(int failures, Instant until) {}

    Proxies(Map<String, UpstreamProxy> byName, InstantSource clock) {
        this.byName = Map.copyOf(byName);
        this.clock = clock;
    }

    /** The names that the configuration knows. */
    public Set<String> names() {
        return byName.keySet();
    }

    /**
     * The proxy for the next item.
     *
     * @param pool names from the configuration
     * @throws EgressException with {@code PROXY} if a name is not known, or all of them are left out for now
     */
    public UpstreamProxy next(List<String> pool) throws EgressException {
        long first = turn.getAndIncrement();
        Instant now = clock.instant();
        for (int i = 0; i < pool.size(); i++) {
            String name = pool.get((int) Math.floorMod(first + i, (long) pool.size()));
            UpstreamProxy proxy = byName.get(name);
            if (proxy == null) {
                throw new EgressException(
                        ErrorCode.PROXY, "The proxy " + name + " does not stand in the configuration (crawl.proxies)");
            }
            if (!isBenched(name, now)) {
                return proxy;
            }
        }
        throw new EgressException(
                ErrorCode.PROXY, "No proxy works for now: " + String.join(", ", pool) + " failed a short time ago");
    }

    /** Notes that a proxy could not be reached or refused; failures while it is left out count as one. */
    public void failed(UpstreamProxy proxy) {
        Instant now = clock.instant();
        synchronized (benches) {
            Bench bench = benches.get(proxy.name());
            if (bench != null && now.isBefore(bench.until)) {
                return;
            }
            int failures = bench == null ? 0 : bench.failures;
            Duration time = FIRST_BENCH.multipliedBy(1L << Math.min(failures, 20));
            benches.put(
                    proxy.name(), new Bench(failures + 1, now.plus(time.compareTo(MAX_BENCH) < 0 ? time : MAX_BENCH)));
        }
    }

    /** Notes that a proxy did its work: once it is no longer left out, its failures are forgotten. */
    public void worked(UpstreamProxy proxy) {
        synchronized (benches) {
            Bench bench = benches.get(proxy.name());
            if (bench != null && !clock.instant().isBefore(bench.until)) {
                benches.remove(proxy.name());
            }
        }
    }

    private boolean isBenched(String name, Instant now) {
        synchronized (benches) {
            Bench bench = benches.get(name);
            return bench != null && now.isBefore(bench.until);
        }
    }
}
