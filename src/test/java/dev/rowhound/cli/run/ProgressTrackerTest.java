package dev.rowhound.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ProgressTrackerTest {
    private final AtomicLong clock = new AtomicLong();
    private final ProgressTracker tracker = new ProgressTracker(clock::get);

    @Test
    void hasNoRateBeforeTheFirstSecondIsOver() {
        found(0);
        after(500);
        found(10);

        assertThat(tracker.progress().rate()).isNull();
        assertThat(tracker.progress().timeLeft()).isNull();
    }

    @Test
    void countsTheRateOfLateOnlySoThatRowsThatEndAtOncePromiseNothing() {
        found(0);
        after(100);
        found(90);
        for (int i = 1; i <= 30; i++) {
            after(1000);
            found(90 + i);
        }

        assertThat(tracker.progress().rate()).isCloseTo(1.0, Offset.offset(0.1));
        assertThat(tracker.progress().timeLeft()).isBetween(Duration.ofSeconds(160), Duration.ofSeconds(200));
    }

    @Test
    void slowsDownWhenNothingEnds() {
        found(0);
        after(2000);
        found(10);
        assertThat(tracker.progress().rate()).isCloseTo(5.0, Offset.offset(0.01));

        after(8000);

        assertThat(tracker.progress().rate()).isCloseTo(1.0, Offset.offset(0.01));
    }

    @Test
    void keepsTheTotalThatIsKnownAndForgetsANoteWithTheNextUpdate() {
        tracker.note("connection lost");
        assertThat(tracker.progress().note()).isEqualTo("connection lost");

        found(1);
        tracker.update(new JsonObject().put("found", 2), null);

        assertThat(tracker.progress().note()).isEmpty();
        assertThat(tracker.progress().total()).isEqualTo(300L);
        assertThat(tracker.progress().done()).isEqualTo(2);
    }

    private void found(int count) {
        tracker.update(new JsonObject().put("found", count).put("waiting", 300 - count), 300L);
    }

    private void after(long millis) {
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
