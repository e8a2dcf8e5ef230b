package dev.rowhound.worker;

import dev.rowhound.job.ItemInput;
import dev.rowhound.limit.Grant;
import dev.rowhound.limit.HostLimits;
import dev.rowhound.limit.Quotas;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.worker.JobSheets.JobSheet;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an item must pass before it may start: its user's quota of running items, and its host's limits. Where all of a
 * job's items begin at one host, that is asked before any of them is taken, so that they need not be held one by one.
 */
public final class Gates {
    private static final Logger LOG = LoggerFactory.getLogger(Gates.class);

    /** Beyond an item's own time and its lease: what a browser's start and a busy store may take. */
    private static final Duration SLACK = Duration.ofSeconds(30);

    private final HostLimits hosts;
    private final Quotas quotas;
    private final BiFunction<Recipe, ItemInput, String> hostOf;
    private final Duration lease;

    /**
     * For these limits.
     *
     * @param hostOf the host that an item's look-up begins at, the empty string where none can be told
     * @param lease how long a worker holds an item without a sign of life
     */
    public Gates(HostLimits hosts, Quotas quotas, BiFunction<Recipe, ItemInput, String> hostOf, Duration lease) {
        this.hosts = hosts;
        this.quotas = quotas;
        this.hostOf = hostOf;
        this.lease = lease;
    }

    /**
     * The right to start one item.
     *
     * @param user whose running items it counts among
     * @param place the place among them
     * @param host the host that it may ask, empty before that is known and where it cannot be told
     * @param start the host's pass, null without one
     */
    record Passes(
            String user,
            String place,
            String host,
            @Nullable String start) {}

    /**
     * What a job may start at this moment.
     *
     * @param passes one for each start
     * @param waitMillis without any: how long to wait before asking again makes sense
     * @param full whether it is the user, with all their jobs, who may not run more at present
     */
    record Entry(List<Passes> passes, long waitMillis, boolean full) {}

    /** Asks for so many starts of a job, at most. */
    Future<Entry> enter(JobSheet sheet, int most) {
        String user = sheet.user();
        String host = sheet.recipe().start().fixedHost();
        return quotas.acquireRunning(user, most, holdFor(sheet)).compose(places -> {
            if (places.passes().isEmpty()) {
                return Future.succeededFuture(new Entry(List.of(), places.waitMillis(), true));
            }
            if (host.isEmpty()) {
                return Future.succeededFuture(new Entry(
                        places.passes().stream()
                                .map(place -> new Passes(user, place, "", null))
                                .toList(),
                        0,
                        false));
            }
            return hosts.acquire(
                            host, sheet.recipe().politeness(), places.passes().size(), holdFor(sheet))
                    .onFailure(error -> release(user, places.passes()))
                    .map(starts -> entry(user, places.passes(), host, starts));
        });
    }

    private Entry entry(String user, List<String> places, String host, Grant starts) {
        List<Passes> passes = new ArrayList<>();
        for (int i = 0; i < starts.passes().size(); i++) {
            passes.add(new Passes(user, places.get(i), host, starts.passes().get(i)));
        }
        release(user, places.subList(passes.size(), places.size()));
        return new Entry(passes, starts.waitMillis(), false);
    }

    /**
     * The passes of an item whose host has only now become known.
     *
     * @param passes with the host's; null where it has none at present
     * @param host the host
     * @param waitMillis how long to wait before asking again makes sense
     */
    record HostEntry(@Nullable Passes passes, String host, long waitMillis) {}

    /** Asks the host of one item, unless that was asked for the whole job. */
    Future<HostEntry> enter(JobSheet sheet, ItemInput item, Passes passes) {
        if (passes.start() != null) {
            return Future.succeededFuture(new HostEntry(passes, passes.host(), 0));
        }
        String host = hostOf.apply(sheet.recipe(), item);
        if (host.isEmpty()) {
            return Future.succeededFuture(new HostEntry(passes, host, 0));
        }
        return hosts.acquire(host, sheet.recipe().politeness(), 1, holdFor(sheet))
                .map(grant -> new HostEntry(
                        grant.passes().isEmpty()
                                ? null
                                : new Passes(
                                        passes.user(),
                                        passes.place(),
                                        host,
                                        grant.passes().get(0)),
                        host,
                        grant.waitMillis()));
    }

    /** How far apart starts at a host are at least, for those that wait for it. */
    long apartMillis(JobSheet sheet, String host) {
        return hosts.apartMillis(host, sheet.recipe().politeness());
    }

    /** Whether the number of the user's running items is limited. */
    boolean limitsRunning(String user) {
        return quotas.of(user).running() > 0;
    }

    /** An item is done with its host. */
    void leave(Passes passes) {
        leave(passes, false);
    }

    /** An item was not started after all. */
    void cancel(Passes passes) {
        leave(passes, true);
    }

    private void leave(Passes passes, boolean unused) {
        release(passes.user(), List.of(passes.place()));
        if (passes.start() != null) {
            hosts.release(passes.host(), List.of(passes.start()), unused).onFailure(Gates::lapses);
        }
    }

    /**
     * The host has asked for fewer look-ups.
     *
     * @param retryAfterMillis for how long, -1 where it has not said
     * @return for how many milliseconds no look-up starts there
     */
    Future<Long> slowDown(Passes passes, long retryAfterMillis) {
        if (passes.host().isEmpty()) {
            return Future.succeededFuture(0L);
        }
        return hosts.slowDown(passes.host(), retryAfterMillis < 0 ? null : retryAfterMillis)
                .recover(error -> {
                    LOG.debug("{} could not be slowed down", passes.host(), error);
                    return Future.succeededFuture(Math.max(0, retryAfterMillis));
                });
    }

    private void release(String user, List<String> places) {
        quotas.releaseRunning(user, places).onFailure(Gates::lapses);
    }

    private static void lapses(Throwable error) {
        LOG.debug("A pass lapses by itself", error);
    }

    private Duration holdFor(JobSheet sheet) {
        return lease.plusMillis(sheet.recipe().timeouts().itemMillis()).plus(SLACK);
    }
}
