package dev.rowhound.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ProbeArrivalTest {
    private static final Instant START = Instant.parse("2026-11-22T04:00:00Z");

    /** Ten events, one each 100 ms, that arrive at these milliseconds by a clock that is an hour ahead. */
    private static List<ProbeArrival> events(LongUnaryOperator arrivals) {
        return LongStream.range(0, 10)
                .mapToObj(number -> new ProbeArrival(
                        number + 1,
                        START.plusMillis(100 * number),
                        START.plus(Duration.ofHours(1)).plusMillis(arrivals.applyAsLong(number))))
                .toList();
    }

    @Test
    void tellsEventsOneByOneFromLumpsWhateverTheClocksSay() {
        List<ProbeArrival> smooth = events(number -> 100 * number + 7);
        assertThat(ProbeArrival.maxDelay(smooth)).isZero();
        assertThat(ProbeArrival.batches(smooth)).isEqualTo(10);

        List<ProbeArrival> whole = events(number -> 900 + number);
        assertThat(ProbeArrival.maxDelay(whole)).isEqualTo(Duration.ofMillis(891));
        assertThat(ProbeArrival.batches(whole)).isEqualTo(1);

        List<ProbeArrival> fives = events(number -> 500 * (number / 5 + 1) + number);
        assertThat(ProbeArrival.maxDelay(fives)).isEqualTo(Duration.ofMillis(401));
        assertThat(ProbeArrival.batches(fives)).isEqualTo(2);
    }

    @Test
    void saysNothingOfNoEvents() {
        assertThat(ProbeArrival.maxDelay(List.of())).isZero();
        assertThat(ProbeArrival.batches(List.of())).isZero();
    }
}
