package dev.rowhound.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RetryAfterTest {
    private final RetryAfter reader =
            new RetryAfter(Clock.fixed(Instant.parse("2026-11-22T04:00:00Z"), ZoneOffset.UTC));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|0",
                "120|120000",
                " 7 |7000",
                "999999999|999999999000",
                "Sun, 22 Nov 2026 04:00:30 GMT|30000",
                "Sun, 22 Nov 2026 03:59:59 GMT|0",
                "1.5|-1",
                "-3|-1",
                "soon|-1",
                "''|-1",
                "99999999999999999999|-1",
                "Mon, 22 Nov 2026 04:00:30 GMT|-1",
            })
    void readsSecondsAndDates(String header, long millis) {
        assertThat(reader.millis(header)).isEqualTo(millis);
    }

    @Test
    void withoutTheHeaderNothingIsKnown() {
        assertThat(reader.millis(null)).isEqualTo(-1);
    }
}
