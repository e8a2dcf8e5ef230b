package dev.rowhound.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ArrivalTest {
    private static final Instant START = Instant.parse("2026-11-22T04:00:00Z");

    /** Ten events, one each 100 ms, that arrive at these milliseconds by a clock that is an hour ahead. */
    private static List<Arrival> events(LongUnaryOperator arrivals) {
        return LongStream.range(0, 10)
                .mapToObj(number -> new Arrival(
                        number + 1,
                        START.plusMillis(100 * number),
                        START.plus(Duration.ofHours(1)).plusMillis(arrivals.applyAsLong(number))))
                .toList();
    }

    @Test
    void tellsEventsOneByOneFromLumpsWhateverTheClocksSay() {
        List<Arrival> smooth = events(number -> 100 * number + 7);
        assertThat(Arrival.held(smooth)).isZero();
        assertThat(Arrival.lumps(smooth)).isEqualTo(10);

        List<Arrival> whole = events(number -> 900 + number);
        assertThat(Arrival.held(whole)).isEqualTo(Duration.ofMillis(891));
        assertThat(Arrival.lumps(whole)).isEqualTo(1);

        List<Arrival> fives = events(number -> 500 * (number / 5 + 1) + number);
        assertThat(Arrival.held(fives)).isEqualTo(Duration.ofMillis(401));
        assertThat(Arrival.lumps(fives)).isEqualTo(2);
    }

    @Test
    void saysNothingOfNoEvents() {
        assertThat(Arrival.held(List.of())).isZero();
        assertThat(Arrival.lumps(List.of())).isZero();
    }
}
