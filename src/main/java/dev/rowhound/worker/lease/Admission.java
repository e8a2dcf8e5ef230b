package dev.rowhound.worker.lease;

import dev.rowhound.job.ItemInput;
import dev.rowhound.limit.Grant;
import dev.rowhound.limit.HostLimits;
import dev.rowhound.limit.Quotas;
import dev.rowhound.worker.lease.JobSpecCache.JobSpec;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the user's quota of running items and the limits of the host before an item starts. If all items of a job
 * start at one host, the host is checked before any item is leased, so that items need not be deferred one by one.
 */
public final class Admission {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

    /** Allows for the start of a processor and a slow store, beyond the item's time limit and its lease. */
    private static final Duration SLACK = Duration.ofSeconds(30);

    /** Limits how long a permit is held without an extension, so that the permits of a lost worker expire soon. */
    static final Duration MAX_HOLD = Duration.ofMinutes(10);

    private final HostLimits hosts;
    private final Quotas quotas;
    private final Duration lease;

    /**
     * @param lease how long a worker holds an item without a renewal
     */
    public Admission(HostLimits hosts, Quotas quotas, Duration lease) {
        this.hosts = hosts;
        this.quotas = quotas;
        this.lease = lease;
    }

    /**
     * The permits to start one item.
     *
     * @param user the user whose quota counts the item
     * @param place the permit of the user's quota, null if the quota does not apply
     * @param host the admitted host, empty if it is unknown or the item has none
     * @param start the permit of the host, null without one
     */
    record Permits(
            String user,
            @Nullable String place,
            String host,
            @Nullable String start) {
        /** For an item that no quota counts and whose host is not known yet. */
        static final Permits NONE = new Permits("", null, "", null);
    }

    /**
     * The permits that a job receives.
     *
     * @param permits one per item to start
     * @param waitMillis if there are none: how long to wait before the next request
     * @param full whether the user's quota of running items, over all jobs, is exhausted
     */
    record Entry(List<Permits> permits, long waitMillis, boolean full) {}

    /** Acquires permits for at most {@code max} items of a job. */
    Future<Entry> admit(JobSpec spec, int max) {
        String user = spec.user();
        String host = spec.policy().host();
        return quotas.acquireRunning(user, max, holdFor(spec)).compose(places -> {
            if (places.permits().isEmpty()) {
                return Future.succeededFuture(new Entry(List.of(), places.waitMillis(), true));
            }
            if (host.isEmpty()) {
                return Future.succeededFuture(new Entry(
                        places.permits().stream()
                                .map(place -> new Permits(user, place, "", null))
                                .toList(),
                        0,
                        false));
            }
            return hosts.acquire(
                            host, spec.policy().politeness(), places.permits().size(), holdFor(spec))
                    .onFailure(error -> releaseRunning(user, places.permits()))
                    .map(starts -> entry(user, places.permits(), host, starts));
        });
    }

    private Entry entry(String user, List<String> places, String host, Grant starts) {
        List<Permits> permits = new ArrayList<>();
        for (int i = 0; i < starts.permits().size(); i++) {
            permits.add(new Permits(user, places.get(i), host, starts.permits().get(i)));
        }
        releaseRunning(user, places.subList(permits.size(), places.size()));
        return new Entry(permits, starts.waitMillis(), false);
    }

    /**
     * The permits of an item whose host is derived from its input.
     *
     * @param permits includes the permit of the host; null if the host admits nothing at present
     * @param waitMillis how long to wait before the next request
     */
    record HostEntry(@Nullable Permits permits, String host, long waitMillis) {}

    /** Acquires the host's permit for one item, unless the job's request has already acquired it. */
    Future<HostEntry> admit(JobSpec spec, ItemInput item, Permits permits) {
        if (permits.start() != null) {
            return Future.succeededFuture(new HostEntry(permits, permits.host(), 0));
        }
        String host = spec.policy().hostOf().apply(item);
        if (host.isEmpty()) {
            return Future.succeededFuture(new HostEntry(permits, host, 0));
        }
        return hosts.acquire(host, spec.policy().politeness(), 1, holdFor(spec))
                .map(grant -> new HostEntry(
                        grant.permits().isEmpty()
                                ? null
                                : new Permits(
                                        permits.user(),
                                        permits.place(),
                                        host,
                                        grant.permits().get(0)),
                        host,
                        grant.waitMillis()));
    }

    /** The minimum interval between starts at a host, in milliseconds. */
    long startIntervalMillis(JobSpec spec, String host) {
        return hosts.startIntervalMillis(host, spec.policy().politeness());
    }

    boolean limitsRunning(String user) {
        return quotas.of(user).running() > 0;
    }

    /** Extends the permits of a running item by {@link #MAX_HOLD} if they are due. */
    void extend(LeasedItem item, long nowNanos) {
        if (!item.extendsPermits(nowNanos)) {
            return;
        }
        Permits permits = item.permits();
        if (permits.place() != null) {
            quotas.holdRunning(permits.user(), List.of(permits.place()), MAX_HOLD)
                    .onFailure(Admission::logExpiry);
        }
        if (permits.start() != null) {
            hosts.hold(permits.host(), List.of(permits.start()), MAX_HOLD).onFailure(Admission::logExpiry);
        }
    }

    /**
     * Releases the permits of an item that has ended, and slows the host down first if the host asked for it.
     *
     * @param slowDownMillis the pause that the host requests, -1 for one of unspecified length, null for none
     * @return for how many milliseconds no item starts at the host
     */
    Future<Long> release(Permits permits, @Nullable Long slowDownMillis) {
        Future<Long> pause = slowDownMillis == null ? Future.succeededFuture(0L) : slowDown(permits, slowDownMillis);
        // The permits are released last, so that no other item starts before the pause is stored.
        return pause.onComplete(slowed -> release(permits));
    }

    void release(Permits permits) {
        release(permits, false);
    }

    /** Releases the permits of an item that was not started, which also restores the host's start rate. */
    void cancel(Permits permits) {
        release(permits, true);
    }

    private void release(Permits permits, boolean unused) {
        if (permits.place() != null) {
            releaseRunning(permits.user(), List.of(permits.place()));
        }
        if (permits.start() != null) {
            hosts.release(permits.host(), List.of(permits.start()), unused).onFailure(Admission::logExpiry);
        }
    }

    /**
     * Reduces the rate of a host that has asked for it.
     *
     * @param retryAfterMillis the pause that the host requests, -1 for one of unspecified length
     * @return for how many milliseconds no item starts at the host
     */
    Future<Long> slowDown(Permits permits, long retryAfterMillis) {
        if (permits.host().isEmpty()) {
            return Future.succeededFuture(0L);
        }
        return hosts.slowDown(permits.host(), retryAfterMillis < 0 ? null : retryAfterMillis)
                .recover(error -> {
                    LOG.debug("{} could not be slowed down", permits.host(), error);
                    return Future.succeededFuture(Math.max(0, retryAfterMillis));
                });
    }

    private void releaseRunning(String user, List<String> places) {
        quotas.releaseRunning(user, places).onFailure(Admission::logExpiry);
    }

    private static void logExpiry(Throwable error) {
        LOG.debug("A permit will expire by itself", error);
    }

    private Duration holdFor(JobSpec spec) {
        return lease.plusMillis(Math.min(MAX_HOLD.toMillis(), spec.policy().itemMillis()))
                .plus(SLACK);
    }
}
