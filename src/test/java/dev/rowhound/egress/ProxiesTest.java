package dev.rowhound.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.job.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProxiesTest {
    private static final UpstreamProxy A = new UpstreamProxy("a", "a.example", 1, null, null);
    private static final UpstreamProxy B = new UpstreamProxy("b", "b.example", 1, null, null);
    private static final List<String> POOL = List.of("a", "b");

    private Instant now = Instant.EPOCH;
    private final Proxies proxies = new Proxies(Map.of("a", A, "b", B), () -> now);

    @Test
    void aPoolIsTakenInTurn() throws Exception {
        assertThat(List.of(proxies.next(POOL), proxies.next(POOL), proxies.next(POOL), proxies.next(POOL)))
                .containsExactly(A, B, A, B);
        assertThat(proxies.names()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void oneThatFailsIsLeftOutForAGrowingTime() throws Exception {
        Duration time = Proxies.MIN_SUSPENSION;
        for (int failures = 1; failures <= 12; failures++) {
            proxies.failed(A);
            // The other requests of the same page fail as well.
            proxies.failed(A);
            now = now.plus(time).minusMillis(1);
            assertThat(proxies.next(POOL)).isEqualTo(B);
            assertThat(proxies.next(POOL)).isEqualTo(B);
            now = now.plusMillis(1);
            assertThat(List.of(proxies.next(POOL), proxies.next(POOL))).containsExactlyInAnyOrder(A, B);
            time = time.multipliedBy(2).compareTo(Proxies.MAX_SUSPENSION) < 0
                    ? time.multipliedBy(2)
                    : Proxies.MAX_SUSPENSION;
        }
        assertThat(time).isEqualTo(Proxies.MAX_SUSPENSION);
    }

    @Test
    void whatWorksAgainBeginsAnew() throws Exception {
        proxies.failed(A);
        // A late answer of a connection that was open before says nothing.
        proxies.succeeded(A);
        assertThat(proxies.next(List.of("a", "b"))).isEqualTo(B);
        now = now.plus(Proxies.MIN_SUSPENSION);
        proxies.succeeded(A);
        proxies.failed(A);
        now = now.plus(Proxies.MIN_SUSPENSION);
        assertThat(proxies.next(List.of("a"))).isEqualTo(A);
    }

    @Test
    void withoutAnyTheFaultIsTheProxies() {
        proxies.failed(A);
        proxies.failed(B);

        assertThatThrownBy(() -> proxies.next(POOL))
                .isInstanceOfSatisfying(
                        EgressException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PROXY))
                .hasMessageContaining("a, b failed recently");
        assertThatThrownBy(() -> proxies.next(List.of("c")))
                .hasMessageContaining("The proxy c is not configured (crawl.proxies)");
    }
}
