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
 * What an item must pass before it may start: its user's quota of running items, and its host's limits. Where all of a
 * job's items begin at one host, that is asked before any of them is taken, so that they need not be held one by one.
 */
public final class Admission {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

    /** Beyond an item's own time and its lease: what a processor's start and a busy store may take. */
    private static final Duration SLACK = Duration.ofSeconds(30);

    /** Permits of longer items are held on while their workers live, so that those of a lost one lapse soon. */
    static final Duration MAX_HOLD = Duration.ofMinutes(10);

    private final HostLimits hosts;
    private final Quotas quotas;
    private final Duration lease;

    /**
     * For these limits.
     *
     * @param lease how long a worker holds an item without a sign of life
     */
    public Admission(HostLimits hosts, Quotas quotas, Duration lease) {
        this.hosts = hosts;
        this.quotas = quotas;
        this.lease = lease;
    }

    /**
     * The right to start one item.
     *
     * @param user whose running items it counts among
     * @param place the place among them, null where it does not count
     * @param host the host that it may ask, empty before that is known and where there is none
     * @param start the host's pass, null without one
     */
    record Permits(
            String user,
            @Nullable String place,
            String host,
            @Nullable String start) {
        /** Of an item that counts among nobody's, before its host is known. */
        static final Permits NONE = new Permits("", null, "", null);
    }

    /**
     * What a job may start at this moment.
     *
     * @param permits one for each start
     * @param waitMillis without any: how long to wait before asking again makes sense
     * @param full whether it is the user, with all their jobs, who may not run more at present
     */
    record Entry(List<Permits> permits, long waitMillis, boolean full) {}

    /** Asks for so many starts of a job, at most. */
    Future<Entry> enter(JobSpec spec, int most) {
        String user = spec.user();
        String host = spec.policy().host();
        return quotas.acquireRunning(user, most, holdFor(spec)).compose(places -> {
            if (places.passes().isEmpty()) {
                return Future.succeededFuture(new Entry(List.of(), places.waitMillis(), true));
            }
            if (host.isEmpty()) {
                return Future.succeededFuture(new Entry(
                        places.passes().stream()
                                .map(place -> new Permits(user, place, "", null))
                                .toList(),
                        0,
                        false));
            }
            return hosts.acquire(
                            host, spec.policy().politeness(), places.passes().size(), holdFor(spec))
                    .onFailure(error -> release(user, places.passes()))
                    .map(starts -> entry(user, places.passes(), host, starts));
        });
    }

    private Entry entry(String user, List<String> places, String host, Grant starts) {
        List<Permits> permits = new ArrayList<>();
        for (int i = 0; i < starts.passes().size(); i++) {
            permits.add(new Permits(user, places.get(i), host, starts.passes().get(i)));
        }
        release(user, places.subList(permits.size(), places.size()));
        return new Entry(permits, starts.waitMillis(), false);
    }

    /**
     * The permits of an item whose host has only now become known.
     *
     * @param permits with the host's; null where it has none at present
     * @param host the host
     * @param waitMillis how long to wait before asking again makes sense
     */
    record HostEntry(@Nullable Permits permits, String host, long waitMillis) {}

    /** Asks the host of one item, unless that was asked for the whole job. */
    Future<HostEntry> enter(JobSpec spec, ItemInput item, Permits permits) {
        if (permits.start() != null) {
            return Future.succeededFuture(new HostEntry(permits, permits.host(), 0));
        }
        String host = spec.policy().hostOf().apply(item);
        if (host.isEmpty()) {
            return Future.succeededFuture(new HostEntry(permits, host, 0));
        }
        return hosts.acquire(host, spec.policy().politeness(), 1, holdFor(spec))
                .map(grant -> new HostEntry(
                        grant.passes().isEmpty()
                                ? null
                                : new Permits(
                                        permits.user(),
                                        permits.place(),
                                        host,
                                        grant.passes().get(0)),
                        host,
                        grant.waitMillis()));
    }

    /** How far apart starts at a host are at least, for those that wait for it. */
    long startIntervalMillis(JobSpec spec, String host) {
        return hosts.startIntervalMillis(host, spec.policy().politeness());
    }

    /** Whether the number of the user's running items is limited. */
    boolean limitsRunning(String user) {
        return quotas.of(user).running() > 0;
    }

    /** Holds the permits of an item that is under way for {@link #MAX_HOLD} more, if it is time to. */
    void holdOn(LeasedItem item, long nowNanos) {
        if (!item.holdsPermitsOn(nowNanos)) {
            return;
        }
        Permits permits = item.permits();
        if (permits.place() != null) {
            quotas.holdRunning(permits.user(), List.of(permits.place()), MAX_HOLD)
                    .onFailure(Admission::lapses);
        }
        if (permits.start() != null) {
            hosts.hold(permits.host(), List.of(permits.start()), MAX_HOLD).onFailure(Admission::lapses);
        }
    }

    /**
     * An item is done with its host.
     *
     * @param slowDownMillis for how long the host wants to be left alone, -1 where it has not said; null if it does not
     * @return for how many milliseconds nothing starts there
     */
    Future<Long> leave(Permits permits, @Nullable Long slowDownMillis) {
        Future<Long> quiet = slowDownMillis == null ? Future.succeededFuture(0L) : slowDown(permits, slowDownMillis);
        // Before the permits go back, so that no other item slips in.
        return quiet.onComplete(slowed -> leave(permits));
    }

    /** The same for one whose host does not mind. */
    void leave(Permits permits) {
        leave(permits, false);
    }

    /** An item was not started after all. */
    void cancel(Permits permits) {
        leave(permits, true);
    }

    private void leave(Permits permits, boolean unused) {
        if (permits.place() != null) {
            release(permits.user(), List.of(permits.place()));
        }
        if (permits.start() != null) {
            hosts.release(permits.host(), List.of(permits.start()), unused).onFailure(Admission::lapses);
        }
    }

    /**
     * The host has asked for fewer items.
     *
     * @param retryAfterMillis for how long, -1 where it has not said
     * @return for how many milliseconds nothing starts there
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

    private void release(String user, List<String> places) {
        quotas.releaseRunning(user, places).onFailure(Admission::lapses);
    }

    private static void lapses(Throwable error) {
        LOG.debug("A pass lapses by itself", error);
    }

    private Duration holdFor(JobSpec spec) {
        return lease.plusMillis(Math.min(MAX_HOLD.toMillis(), spec.policy().itemMillis()))
                .plus(SLACK);
    }
}
