package dev.rowhound.app.submission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.app.Refusal;
import dev.rowhound.queue.job.NewJob.Pace;
import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PaceFieldsTest {
    private static MultiMap field(String name, String value) {
        return MultiMap.caseInsensitiveMultiMap().add(name, value);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    1,3           | 1000    | 3000
                    1-3           | 1000    | 3000
                    [1, 3]        | 1000    | 3000
                    (1, 3)        | 1000    | 3000
                    ' 0.5 - 1.25 '| 500     | 1250
                    2             | 2000    | 2000
                    0             | 0       | 0
                    3600          | 3600000 | 3600000
                    """)
    void readsTheOldCrawlersRanges(String text, int min, int max) {
        assertThat(PaceFields.readOld(field("delay_range", text))).isEqualTo(new Pace(5, 0, min, max));
    }

    @ParameterizedTest
    @ValueSource(strings = {"3,1", "3601", "1,2,3", "[1,2", "-1", "1e3", "a", "1,", "٣"})
    void refusesWhatIsNoRange(String text) {
        assertThatThrownBy(() -> PaceFields.readOld(field("delay_range", text)))
                .isInstanceOfSatisfying(
                        Refusal.class, refused -> assertThat(refused.field()).isEqualTo("delay_range"))
                .hasMessageContaining("from 0 to 3600, such as \"1,3\"");
    }

    @Test
    void readsPriorityConcurrencyAndDelay() {
        MultiMap fields = field("priority", "10").add("concurrency", "1000").add("delay_ms", "5,3600000");
        assertThat(PaceFields.read(fields)).isEqualTo(new Pace(10, 1000, 5, 3_600_000));
        assertThat(PaceFields.read(MultiMap.caseInsensitiveMultiMap())).isEqualTo(Pace.DEFAULT);
        assertThat(PaceFields.read(field("priority", " "))).isEqualTo(Pace.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource({"priority,0", "priority,11", "concurrency,1001", "concurrency,x", "delay_ms,0.5", "delay_ms,3600001"})
    void refusesWhatIsOutOfBounds(String name, String text) {
        assertThatThrownBy(() -> PaceFields.read(field(name, text)))
                .isInstanceOfSatisfying(
                        Refusal.class, refused -> assertThat(refused.field()).isEqualTo(name));
    }
}
