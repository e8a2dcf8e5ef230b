package dev.rowhound.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class EnginePredictorTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final EnginePredictor memory = new EnginePredictor(now::get);

    @Test
    void whatNeedsABrowserIsKnownForAWhile() {
        assertThat(memory.needsBrowser("r@1", "h")).isFalse();
        memory.browserWorked("r@1", "h");
        assertThat(memory.needsBrowser("r@1", "h")).isTrue();
        assertThat(memory.needsBrowser("r@2", "h")).isFalse();
        assertThat(memory.needsBrowser("r@1", "other")).isFalse();
        now.set(Instant.EPOCH.plus(EnginePredictor.TIME_TO_LIVE));
        assertThat(memory.needsBrowser("r@1", "h")).isFalse();
    }

    @Test
    void onlySoManySitesAreKnown() {
        for (int i = 0; i <= 1_000; i++) {
            memory.browserWorked("r@1", "h" + i);
        }
        assertThat(memory.needsBrowser("r@1", "h0")).isFalse();
        assertThat(memory.needsBrowser("r@1", "h1")).isTrue();
    }
}
