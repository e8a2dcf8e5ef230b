package dev.rowhound.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.job.ItemState;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressBarTest {
    private static final Progress MIDDLE = new Progress(
            Map.of(
                    ItemState.FOUND, 98L,
                    ItemState.NOT_FOUND, 20L,
                    ItemState.FAILED, 3L,
                    ItemState.INVALID_INPUT, 11L,
                    ItemState.RUNNING, 2L,
                    ItemState.WAITING, 166L),
            300L,
            3.23,
            "");

    @Test
    void showsEveryFigureWhereThereIsRoom() {
        assertThat(ProgressBar.render(MIDDLE, 120, true))
                .isEqualTo("[██████████░░░░░░░░░░░░░░] 132/300  44 %  3.2/s  52 s left"
                        + "  found 98  not found 20  failed 3  invalid input 11");
    }

    @Test
    void drawsWithPlainCharactersWhereBlocksCannotBeShown() {
        assertThat(ProgressBar.render(MIDDLE, 120, false)).startsWith("[##########--------------] 132/300");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 20, 40, 60, 79, 100, 200})
    void isNeverWiderThanTheTerminal(int columns) {
        assertThat(ProgressBar.render(MIDDLE, columns, true).length()).isLessThanOrEqualTo(columns);
    }

    @Test
    void dropsTheLeastImportantFiguresFirst() {
        assertThat(ProgressBar.render(MIDDLE, 60, true))
                .isEqualTo("[███████░░░░░░░░░] 132/300  44 %  3.2/s  52 s left  found 98");
        assertThat(ProgressBar.render(MIDDLE, 24, true)).isEqualTo("[███░░░░░] 132/300  44 %");
    }

    @Test
    void hasNeitherRateNorTimeLeftWhenAllIsDone() {
        Progress done = new Progress(Map.of(ItemState.FOUND, 300L), 300L, 3.2, "");
        assertThat(ProgressBar.plain(done)).isEqualTo("300/300  100 %  found 300  not found 0  failed 0");
    }

    @Test
    void tellsOfAnUploadUnderWayAndClaimsNoTotal() {
        Progress uploading = new Progress(Map.of(ItemState.FOUND, 5L), null, 2.0, "");
        assertThat(ProgressBar.plain(uploading)).isEqualTo("5 done  uploading  2.0/s  found 5  not found 0  failed 0");
        assertThat(ProgressBar.render(uploading, 80, true)).startsWith("[░░░░░░");
    }

    @Test
    void tellsWhatHoldsTheJobUpInPlaceOfTheRate() {
        Progress lost = new Progress(MIDDLE.counts(), 300L, 3.2, "connection lost, reconnecting");
        assertThat(ProgressBar.plain(lost)).startsWith("132/300  44 %  connection lost, reconnecting  found 98");
    }

    @Test
    void takesAnEmptyJobForDone() {
        assertThat(ProgressBar.plain(new Progress(Map.of(), 0L, null, ""))).startsWith("0/0  100 %");
    }

    @Test
    void neverRoundsUpToAHundred() {
        Progress almost = new Progress(Map.of(ItemState.FOUND, 2999L), 3000L, null, "");
        assertThat(ProgressBar.plain(almost)).startsWith("2999/3000  99 %");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 s",
        "400, 0 s",
        "99000, 99 s",
        "100000, 2 min",
        "5940000, 99 min",
        "7200000, 2 h",
        "8400000, 2 h 20 min"
    })
    void writesDurationsInTheUnitThatServes(long millis, String expected) {
        assertThat(ProgressBar.duration(Duration.ofMillis(millis))).isEqualTo(expected);
    }
}
