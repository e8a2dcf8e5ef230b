package dev.rowhound.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.schedule.MissedFires.Decision;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MissedFiresTest {
    private static final Instant SIX = Instant.parse("2026-11-20T06:00:00Z");
    private final CronTimes daily = CronTimes.of("0 6 * * *", "UTC");
    private final CronTimes everyMinute = CronTimes.of("* * * * *", "UTC");

    private static Instant at(String time) {
        return Instant.parse(time);
    }

    @ParameterizedTest
    @EnumSource
    void makesAFireThatIsOnTime(MissedFires missed) {
        assertThat(missed.decide(daily, SIX, SIX)).isEqualTo(new Decision(SIX, true));
        assertThat(missed.decide(daily, SIX, at("2026-11-20T06:01:00Z"))).isEqualTo(new Decision(SIX, true));
    }

    @Test
    void makesTheLatestOfThoseThatWereMissed() {
        assertThat(MissedFires.RUN_ONCE.decide(daily, SIX, at("2026-11-20T09:00:00Z")))
                .isEqualTo(new Decision(SIX, true));
        assertThat(MissedFires.RUN_ONCE.decide(daily, SIX, at("2026-11-23T05:59:59Z")))
                .isEqualTo(new Decision(at("2026-11-22T06:00:00Z"), true));
    }

    @Test
    void leavesOutWhatWasMissed() {
        assertThat(MissedFires.SKIP.decide(daily, SIX, at("2026-11-20T06:01:01Z")))
                .isEqualTo(new Decision(SIX, false));
        assertThat(MissedFires.SKIP.decide(daily, SIX, at("2026-11-23T05:59:59Z")))
                .isEqualTo(new Decision(at("2026-11-22T06:00:00Z"), false));
    }

    /** However many were missed before it, the one whose time is now is not late. */
    @Test
    void makesTheOneThatIsOnTimeThoughOthersWereMissed() {
        Instant now = at("2026-11-22T10:00:20Z");
        assertThat(MissedFires.SKIP.decide(everyMinute, SIX, now))
                .isEqualTo(new Decision(at("2026-11-22T10:00:00Z"), true));
    }

    @Test
    void tellsItsNames() {
        assertThat(MissedFires.of("skip")).isEqualTo(MissedFires.SKIP);
        assertThat(MissedFires.of(MissedFires.RUN_ONCE.wire())).isEqualTo(MissedFires.RUN_ONCE);
        assertThatThrownBy(() -> MissedFires.of("all"))
                .isInstanceOf(BadScheduleException.class)
                .hasMessageContaining("use \"run_once\" or \"skip\"");
    }
}
