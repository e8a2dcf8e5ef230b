package dev.rowhound.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clocks in Berlin jump from 02:00 to 03:00 on 29 March 2026, and from 03:00 back to 02:00 on 25 October 2026. */
class CronTimesTest {
    private static final String BERLIN = "Europe/Berlin";

    private static List<String> times(String cron, String zone, String after, int most) {
        return CronTimes.of(cron, zone).next(Instant.parse(after), most).stream()
                .map(time -> time.atZone(ZoneId.of(zone)).toOffsetDateTime().toString())
                .toList();
    }

    @Test
    void speaksOfTheZonesClock() {
        assertThat(times("30 6 * * 1-5", "Asia/Ho_Chi_Minh", "2026-11-20T00:00:00Z", 3))
                .containsExactly("2026-11-23T06:30+07:00", "2026-11-24T06:30+07:00", "2026-11-25T06:30+07:00");
        assertThat(times("*/15 * * * *", "UTC", "2026-11-22T10:07:30.250Z", 3))
                .containsExactly("2026-11-22T10:15Z", "2026-11-22T10:30Z", "2026-11-22T10:45Z");
    }

    @Test
    void isBehindTheMomentGiven() {
        assertThat(times("0 6 * * *", "UTC", "2026-11-22T06:00:00Z", 1)).containsExactly("2026-11-23T06:00Z");
        assertThat(times("0 6 * * *", "UTC", "2026-11-22T05:59:59.999Z", 1)).containsExactly("2026-11-22T06:00Z");
    }

    /** As crontab has it: where both days are given, either is enough. */
    @Test
    void takesEitherDay() {
        assertThat(times("0 0 13 * FRI", "UTC", "2026-12-01T00:00:00Z", 4))
                .containsExactly("2026-12-04T00:00Z", "2026-12-11T00:00Z", "2026-12-13T00:00Z", "2026-12-18T00:00Z");
    }

    @Test
    void waitsYearsForALeapDay() {
        assertThat(times("0 0 29 2 *", "UTC", "2026-11-22T00:00:00Z", 2))
                .containsExactly("2028-02-29T00:00Z", "2032-02-29T00:00Z");
    }

    @ParameterizedTest
    @CsvSource({
        "30 2 * * *, 2026-03-29T03:00+02:00 2026-03-30T02:30+02:00",
        "0 2 * * 0, 2026-03-29T03:00+02:00 2026-04-05T02:00+02:00",
        "0 */2 * * *, 2026-03-29T00:00+01:00 2026-03-29T03:00+02:00 2026-03-29T04:00+02:00",
        "'*/20 2,3 * * *', 2026-03-29T03:00+02:00 2026-03-29T03:20+02:00 2026-03-29T03:40+02:00"
    })
    void makesUpForATimeThatDoesNotExistAtTheEndOfTheGap(String cron, String expected) {
        List<String> wanted = List.of(expected.split(" "));
        assertThat(times(cron, BERLIN, "2026-03-28T22:30:00Z", wanted.size())).isEqualTo(wanted);
    }

    @Test
    void leavesNoDayOutWhoseMidnightDoesNotExist() {
        assertThat(times("0 0 * * *", "Africa/Cairo", "2026-04-23T12:00:00Z", 2))
                .containsExactly("2026-04-24T01:00+03:00", "2026-04-25T00:00+03:00");
    }

    @ParameterizedTest
    @CsvSource({
        "30 2 * * *, 2026-10-25T02:30+02:00 2026-10-26T02:30+01:00",
        "30 2 * * 0, 2026-10-25T02:30+02:00 2026-11-01T02:30+01:00",
        "'30 2,3 * * *', 2026-10-25T02:30+02:00 2026-10-25T03:30+01:00 2026-10-26T02:30+01:00",
        "'*/30 2 * * *', 2026-10-25T02:00+02:00 2026-10-25T02:30+02:00 2026-10-26T02:00+01:00"
    })
    void comesOnceAtATimeThatComesTwice(String cron, String expected) {
        List<String> wanted = List.of(expected.split(" "));
        assertThat(times(cron, BERLIN, "2026-10-24T12:00:00Z", wanted.size())).isEqualTo(wanted);
    }

    @Test
    void goesOnByRealTimeWhereItComesEachHour() {
        assertThat(times("*/30 * * * *", BERLIN, "2026-10-24T23:45:00Z", 6))
                .containsExactly(
                        "2026-10-25T02:00+02:00",
                        "2026-10-25T02:30+02:00",
                        "2026-10-25T02:00+01:00",
                        "2026-10-25T02:30+01:00",
                        "2026-10-25T03:00+01:00",
                        "2026-10-25T03:30+01:00");
        assertThat(times("15 * * * *", BERLIN, "2026-03-28T23:30:00Z", 3))
                .containsExactly("2026-03-29T01:15+01:00", "2026-03-29T03:15+02:00", "2026-03-29T04:15+02:00");
    }

    /** A whole year of a zone with jumps, minute by minute: an hourly schedule keeps to real time at each of them. */
    @Test
    void hasNoHoleAndNoRepeatInAYear() {
        CronTimes times = CronTimes.of("0 * * * *", BERLIN);
        Instant hour = Instant.parse("2026-01-01T00:00:00Z");
        Instant end = Instant.parse("2027-01-01T00:00:00Z");
        while (hour.isBefore(end)) {
            Instant next = times.next(hour);
            assertThat(next).isEqualTo(hour.plus(Duration.ofHours(1)));
            hour = next;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"* * * * *", "*/7 * * * *", "30 2 * * *", "0 9 1 * *", "* 2 * * 0", "59 * 25 10 *"})
    void findsTheLastTimeAsOneByOneWould(String cron) {
        CronTimes times = CronTimes.of(cron, BERLIN);
        Instant first = times.next(Instant.parse("2026-10-20T00:00:00Z"));
        List<Instant> all = new ArrayList<>(List.of(first));
        all.addAll(times.next(first, 300));
        for (int i = 0; i < all.size() - 1; i += 13) {
            Instant behind = all.get(i + 1).minusMillis(1);
            assertThat(times.last(first, behind))
                    .as("before %s", all.get(i + 1))
                    .isEqualTo(all.get(i));
            assertThat(times.last(first, all.get(i))).isEqualTo(all.get(i));
        }
    }

    @Test
    void findsTheLastTimeAfterYears() {
        CronTimes times = CronTimes.of("* * * * *", "UTC");
        assertThat(times.last(Instant.parse("2016-01-01T00:00:00Z"), Instant.parse("2026-11-22T10:00:59Z")))
                .isEqualTo("2026-11-22T10:00:00Z");
    }

    @ParameterizedTest
    @CsvSource({
        "61 * * * *, 'Value 61 not in range [0, 59]'",
        "'', five fields",
        "'* * * *', five fields",
        "'0 * * * * *', five fields",
        "@daily, five fields",
        "at six on each day, Invalid chars",
        "'*/0 * * * *', Period 0",
        "0 0 30 2 *, names a day that does not exist"
    })
    void tellsWhatIsWrongWithAnExpression(String cron, String message) {
        assertThatThrownBy(() -> CronTimes.of(cron, "UTC"))
                .isInstanceOfSatisfying(
                        BadScheduleException.class,
                        error -> assertThat(error.field()).isEqualTo("cron"))
                .hasMessageContaining(message)
                .hasMessageContaining("such as \"30 6 * * 1-5\"");
    }

    @ParameterizedTest
    @CsvSource({
        "Asia/Ho_Chi_Min, 'did you mean \"Asia/Ho_Chi_Minh\"?'",
        "+07:00, 'use a name such as \"Asia/Ho_Chi_Minh\" or \"UTC\"'",
        "Mars/Olympus Mons, use a name such as"
    })
    void tellsWhatIsWrongWithAZone(String zone, String message) {
        assertThatThrownBy(() -> CronTimes.of("0 6 * * *", zone))
                .isInstanceOfSatisfying(
                        BadScheduleException.class,
                        error -> assertThat(error.field()).isEqualTo("time_zone"))
                .hasMessageContaining(message);
    }
}
