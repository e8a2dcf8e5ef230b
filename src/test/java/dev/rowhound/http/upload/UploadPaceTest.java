package dev.rowhound.http.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class UploadPaceTest {
    private static final int RATE = 100;
    private static final int WINDOW = 30;

    private final UploadPace pace = new UploadPace(Duration.ofSeconds(WINDOW), RATE, at(0));

    private static long at(long second) {
        return TimeUnit.SECONDS.toNanos(second);
    }

    @Test
    void theGraceIsAWholeWindow() {
        assertThat(pace.tooSlow(at(WINDOW - 1))).isFalse();
        assertThat(pace.tooSlow(at(WINDOW))).isTrue();
    }

    @Test
    void theRateIsTheMeanOfEachWindow() {
        pace.received(RATE * WINDOW);
        assertThat(pace.tooSlow(at(WINDOW))).isFalse();
        pace.received(RATE * WINDOW - 1);
        assertThat(pace.tooSlow(at(2 * WINDOW))).isTrue();
    }

    @Test
    void whatCameBeforeDoesNotCountForALaterWindow() {
        pace.received(1_000_000);
        assertThat(pace.tooSlow(at(WINDOW))).isFalse();
        assertThat(pace.tooSlow(at(2 * WINDOW))).isTrue();
    }

    @Test
    void timeInWhichTheClientMayNotSendDoesNotCount() {
        pace.pause(true, at(1));
        assertThat(pace.tooSlow(at(1000))).isFalse();
        pace.pause(true, at(1001));
        pace.pause(false, at(1002));
        assertThat(pace.tooSlow(at(1000 + WINDOW))).isFalse();
        assertThat(pace.tooSlow(at(1001 + WINDOW))).isTrue();
    }

    @Test
    void aRateOfNothingIsNeverTooSlow() {
        assertThat(new UploadPace(Duration.ofSeconds(1), 0, at(0)).tooSlow(at(100)))
                .isFalse();
    }
}
