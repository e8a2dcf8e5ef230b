package dev.rowhound.worker.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.job.Attempts;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.Politeness;
import dev.rowhound.job.Work;
import dev.rowhound.job.WorkPolicy;
import dev.rowhound.limit.Grant;
import dev.rowhound.limit.HostLimits;
import dev.rowhound.limit.LimitConfig;
import dev.rowhound.limit.QuotaConfig;
import dev.rowhound.limit.Quotas;
import dev.rowhound.worker.lease.Admission.Entry;
import dev.rowhound.worker.lease.Admission.HostEntry;
import dev.rowhound.worker.lease.Admission.Permits;
import dev.rowhound.worker.lease.JobSpecCache.JobSpec;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final Duration LEASE = Duration.ofSeconds(15);

    /** What was given back, in order, such as {@code host p1 unused}. */
    private final List<String> returned = new ArrayList<>();

    private final List<Duration> holds = new ArrayList<>();
    private int places = 10;
    private int starts = 10;
    private Future<Long> pause = Future.succeededFuture(700L);

    private final Quotas quotas = new Quotas(null, QuotaConfig.NONE, null, "n1", Clock.systemUTC()) {
        @Override
        public Future<Grant> acquireRunning(String user, int most, Duration holdFor) {
            holds.add(holdFor);
            return grant("q", Math.min(places, most));
        }

        @Override
        public Future<Void> releaseRunning(String user, List<String> passes) {
            passes.forEach(pass -> returned.add(user + " " + pass));
            return Future.succeededFuture();
        }
    };

    private final HostLimits hosts = new HostLimits(null, LimitConfig.NONE, "n1") {
        @Override
        public Future<Grant> acquire(String host, Politeness politeness, int most, Duration holdFor) {
            return starts < 0 ? Future.failedFuture("the store is away") : grant("h", Math.min(starts, most));
        }

        @Override
        public Future<Void> release(String host, List<String> passes, boolean unused) {
            passes.forEach(pass -> returned.add(host + " " + pass + (unused ? " unused" : "")));
            return Future.succeededFuture();
        }

        @Override
        public Future<Long> slowDown(String host, Long retryAfterMillis) {
            return pause;
        }
    };

    private final Admission admission = new Admission(hosts, quotas, LEASE);

    private static Future<Grant> grant(String name, int count) {
        List<String> passes =
                IntStream.rangeClosed(1, count).mapToObj(i -> name + i).toList();
        return Future.succeededFuture(new Grant(passes, count == 0 ? 40 : 0));
    }

    private static JobSpec job(String host, long itemMillis) {
        WorkPolicy policy = new WorkPolicy(
                itemMillis,
                1000,
                new Attempts(1, 0, 0),
                host,
                item -> host.isEmpty() ? item.columns().getOrDefault("host", "") : host,
                Politeness.NONE,
                false,
                1);
        return new JobSpec(0, new Work(null, null, policy, null), List.of(), "alice", 5, false);
    }

    private static ItemInput item(String host) {
        return new ItemInput("job", 1, "k", Map.of("host", host));
    }

    @Test
    void aUserWhoMayRunNoMoreRestsWithAllTheirJobs() {
        places = 0;
        assertThat(admission.admit(job("example.org", 1000), 3).result()).isEqualTo(new Entry(List.of(), 40, true));
    }

    @Test
    void whatTheHostDoesNotGrantGoesBackToTheUser() {
        starts = 2;
        Entry entry = admission.admit(job("example.org", 1000), 3).result();
        assertThat(entry.permits())
                .containsExactly(
                        new Permits("alice", "q1", "example.org", "h1"),
                        new Permits("alice", "q2", "example.org", "h2"));
        assertThat(returned).containsExactly("alice q3");
    }

    @Test
    void nothingIsKeptWhereTheHostCannotBeAsked() {
        starts = -1;
        assertThat(admission.admit(job("example.org", 1000), 2).failed()).isTrue();
        assertThat(returned).containsExactly("alice q1", "alice q2");
    }

    @Test
    void aHostThatVariesIsAskedItemByItem() {
        JobSpec job = job("", 1000);
        Permits bare = admission.admit(job, 1).result().permits().get(0);
        assertThat(bare.start()).isNull();
        assertThat(admission.admit(job, item("a.example"), bare).result().permits())
                .isEqualTo(new Permits("alice", "q1", "a.example", "h1"));
        assertThat(admission.admit(job, item(""), bare).result().permits()).isEqualTo(bare);
        starts = 0;
        assertThat(admission.admit(job, item("a.example"), bare).result())
                .isEqualTo(new HostEntry(null, "a.example", 40));
    }

    @Test
    void permitsGoBackAsUsedOrUnused() {
        Permits permits = new Permits("alice", "q1", "a.example", "h1");
        admission.release(permits);
        admission.cancel(permits);
        assertThat(returned).containsExactly("alice q1", "a.example h1", "alice q1", "a.example h1 unused");
    }

    @Test
    void permitsOfLongItemsAreHeldForTenMinutesAtATime() {
        admission.admit(job("", 60_000), 1);
        admission.admit(job("", Duration.ofDays(3).toMillis()), 1);
        Duration slack = LEASE.plusSeconds(30);
        assertThat(holds).containsExactly(slack.plusMinutes(1), slack.plusMinutes(10));
    }

    @Test
    void aHostThatCannotBeSlowedDownIsLeftAloneForAsLongAsItAsks() {
        Permits permits = new Permits("alice", "q1", "a.example", "h1");
        assertThat(admission.slowDown(permits, -1).result()).isEqualTo(700);
        pause = Future.failedFuture("the store is away");
        assertThat(admission.slowDown(permits, 5000).result()).isEqualTo(5000);
        assertThat(admission.slowDown(permits, -1).result()).isZero();
        assertThat(admission
                        .slowDown(new Permits("alice", "q1", "", null), 5000)
                        .result())
                .isZero();
    }
}
